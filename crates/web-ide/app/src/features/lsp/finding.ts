// Search and replace through all files: git searches in the slot, texts are replaced as if typed.
import type { RunReply } from "../../gen/agent.ts";
import { Failure } from "../../transport.ts";
import type { Docs } from "../editor/docs.ts";
import { argv, MATCHES_MAX, parse, replaced, type FileMatches, type Wanted } from "../editor/find.ts";
import type { EditorHost } from "../editor/view.ts";

export interface Finding {
  find(wanted: Wanted): Promise<{ files: FileMatches[]; count: number; truncated: boolean }>;
  /** Gives the number of files changed. */
  replace(wanted: Wanted, by: string, paths: string[]): Promise<number>;
}

export function finding(run: (command: string[]) => Promise<RunReply>, docs: Docs, host: () => EditorHost | undefined): Finding {
  return {
    async find(wanted) {
      let reply = await run(argv(wanted));
      if (reply.exitCode === 128) reply = await run(argv(wanted, true));
      // 1: nothing found.
      if (reply.exitCode > 1) throw new Failure("invalid_argument", new TextDecoder().decode(reply.stderr).replace(/^fatal: /, "").trim() || "the search failed");
      const found = parse(reply.stdout);
      return { ...found, truncated: reply.truncated || found.count >= MATCHES_MAX };
    },
    async replace(wanted, by, paths) {
      let changed = 0;
      for (const path of paths) {
        const wasOpen = docs.get(path) !== undefined;
        await docs.know(path);
        const text = replaced(host()?.doc(path)?.toString() ?? "", wanted, by);
        if (text !== undefined && docs.get(path)?.state.kind !== "conflict") {
          host()?.change(path, { changes: { from: 0, to: host()!.doc(path)!.length, insert: text } });
          await docs.event(path, { kind: "edited" });
          await docs.event(path, { kind: "save" });
          changed += 1;
        }
        if (!wasOpen && docs.get(path)?.state.kind === "clean") await docs.close(path);
      }
      return changed;
    },
  };
}
