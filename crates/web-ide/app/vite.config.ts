import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

// Where `npm run dev` finds a running Carrel; the built app is served by Carrel itself.
const server = process.env.CARREL_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [solid()],
  build: {
    target: "es2022",
    // No inline script and nothing but files of ours: what the policy of the server demands.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Small modules that several pages share: together they compress far better than each as a file of its own.
            { name: "text", test: /node_modules\/(@codemirror\/(state|view|language|commands)|@lezer\/(common|highlight)|style-mod|w3c-keyname|crelt|@marijn)\// },
            { name: "shared", test: /src\/(wire|ui\/(text|parts|router|context|theme|steady|attention)|transport|gen\/(session|auth|compute)|features\/(sessions\/model|palette\/\w+))\.tsx?$|solid-js\/(dist|web)|preload-helper/ },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": server, "/git": server, "/s": { target: server, ws: true } } },
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
