// The frame around every page: who is logged in, where one is, what is wrong with the line.
import { createEffect, createSignal, ErrorBoundary, lazy, Match, onCleanup, onMount, Show, Suspense, Switch, type JSX } from "solid-js";
import { AuthService, type User } from "./gen/auth.ts";
import { Login } from "./features/login/login.tsx";
import { Palette } from "./features/palette/palette.tsx";
import type { Command } from "./features/palette/model.ts";
import { browserPorts, Transport, type Reach } from "./transport.ts";
import { watchPresses } from "./ui/attention.ts";
import { Context, createToasts } from "./ui/context.tsx";
import { Fault, Nowhere, Toasts } from "./ui/parts.tsx";
import { A, go, path } from "./ui/router.tsx";
import { nextTheme, setTheme } from "./ui/theme.ts";

const Ide = lazy(() => import("./features/ide/ide.tsx"));
const Browse = lazy(() => import("./features/browse/browse.tsx"));
const repositories = async () => ({ default: (await import("./features/repositories/repositories.tsx")).Repositories });
const Repositories = lazy(repositories);
const Account = lazy(async () => ({ default: (await import("./features/account/account.tsx")).Account }));
const Sessions = lazy(async () => ({ default: (await import("./features/sessions/sessions.tsx")).Sessions }));
const Admin = lazy(async () => ({ default: (await import("./features/admin/admin.tsx")).Admin }));

// Most come to their repositories: while it is asked who they are, the page comes too.
if (!location.pathname.startsWith("/ide/")) repositories().catch(() => {});

/** Whether somebody is logged in on this device, as far as it remembers. */
const BEEN_KEY = "carrel.been";

const TITLES: Record<string, string> = { login: "Log in", sessions: "Sessions", account: "Account", admin: "Rack" };

/** Tokens live eight hours; a tab left open keeps its login. */
const RENEW_MS = 60 * 60_000;
/** How often a lost server is asked whether it is back. */
const RETRY_MS = 2_000;

export function App(): JSX.Element {
  const transport = new Transport(browserPorts());
  const [user, putUser] = createSignal<User>();
  const [known, setKnown] = createSignal(false);
  const [reach, setReach] = createSignal<Reach>({ kind: "up" });
  const { toasts, tell, drop } = createToasts();
  // Before anything else listens: whoever acts on a key finds it counted.
  const attention = watchPresses(window, () => document.body);

  const setUser = (next: User | undefined) => {
    if (next) localStorage.setItem(BEEN_KEY, "1");
    else {
      localStorage.removeItem(BEEN_KEY);
      void import("./features/notes/keep.ts").then(({ forgetAll }) => forgetAll());
    }
    putUser(() => next);
  };
  const ask = async () => {
    // Nobody was logged in here, and the page to do so is open already: the answer is known.
    if (path() === "/login" && !localStorage.getItem(BEEN_KEY)) return void setKnown(true);
    try {
      setUser(await transport.call(AuthService.whoAmI));
      setKnown(true);
    } catch {
      if (reach().kind !== "away") setKnown(true);
    }
  };
  onCleanup(transport.watchReach(setReach));
  onMount(ask);
  const retry = setInterval(() => reach().kind === "away" && void ask(), RETRY_MS);
  const renew = setInterval(() => user() && void transport.call(AuthService.renew).catch(() => {}), RENEW_MS);
  onCleanup(() => (clearInterval(retry), clearInterval(renew)));

  // Several tabs are told apart by their titles; a session's page knows better what it shows.
  createEffect(() => {
    const [, part, owner, name] = path().split("/");
    if (part !== "ide") document.title = part === "repositories" && name ? `${owner}/${name} · Carrel` : `${TITLES[part ?? ""] ?? "Repositories"} · Carrel`;
  });
  const context = { transport, user, setUser, reach, tell, attention };
  const inside = () => user() !== undefined && path() !== "/login";
  return (
    <Context.Provider value={context}>
      <Show when={reach().kind === "away" && !path().startsWith("/ide/")}>
        <div class="line" role="status">The server can't be reached. This page goes on trying.</div>
      </Show>
      <Show when={known()}>
        <Show when={inside()} fallback={<Login />}>
          <ErrorBoundary fallback={(error, reset) => <main class="page"><Fault error={error} retry={reset} /></main>}>
            <Suspense>
              <Pages />
            </Suspense>
          </ErrorBoundary>
          <Show when={reach().kind === "out" && path().startsWith("/ide/")}>
            <div class="line" role="alert">
              You were logged out. Your files and terminals go on. <button type="button" class="quiet" onClick={() => window.open("/login")}>Log in in another tab</button>
            </div>
          </Show>
        </Show>
      </Show>
      <Toasts toasts={toasts()} drop={drop} />
    </Context.Provider>
  );

  function Pages(): JSX.Element {
    return (
      <Show when={path().startsWith("/ide/")} fallback={<Framed />}>
        <Ide id={path().slice("/ide/".length)} />
      </Show>
    );
  }

  function Framed(): JSX.Element {
    const [palette, setPalette] = createSignal(false);
    const commands = (): Command[] => [
      { id: "repositories", title: "Go to repositories", run: () => go("/repositories") },
      { id: "sessions", title: "Go to sessions", run: () => go("/sessions") },
      { id: "account", title: "Go to account", run: () => go("/account") },
      ...(user()?.role === "ROLE_ADMIN" ? [
        { id: "nodes", title: "Go to nodes", run: () => go("/admin") },
        { id: "users", title: "Go to users", run: () => go("/admin/users") },
      ] : []),
      { id: "theme", title: `Use the ${nextTheme()} theme`, run: () => setTheme(nextTheme()) },
    ];
    const key = (event: KeyboardEvent) => {
      const command = (event.ctrlKey || event.metaKey) && (event.key.toLowerCase() === "k" || (event.shiftKey && event.key.toLowerCase() === "p"));
      if (!command && event.key !== "F1") return;
      event.preventDefault();
      setPalette(true);
    };
    window.addEventListener("keydown", key);
    onCleanup(() => window.removeEventListener("keydown", key));
    if (path() === "/" || path() === "/login") go("/repositories", true);
    return (
      <>
        <header class="top">
          <A class="brand" href="/repositories">Carrel</A>
          <nav aria-label="Pages">
            <A href="/repositories" below>Repositories</A>
            <A href="/sessions">Sessions</A>
            <Show when={user()?.role === "ROLE_ADMIN"}><A href="/admin" below>Rack</A></Show>
          </nav>
          <span class="spacer" />
          <button type="button" class="quiet" aria-label="Ctrl K: commands" onClick={() => setPalette(true)}><kbd>Ctrl K</kbd></button>
          <A class="button quiet" href="/account">{user()?.name}</A>
        </header>
        <main class="page">
          <Suspense><Switch fallback={<Nowhere />}>
            <Match when={path() === "/repositories"}><Repositories /></Match>
            <Match when={path().startsWith("/repositories/")}><Browse /></Match>
            <Match when={path() === "/sessions"}><Sessions /></Match>
            <Match when={path() === "/account"}><Account /></Match>
            <Match when={path() === "/admin"}><Admin part="nodes" /></Match>
            <Match when={path() === "/admin/users"}><Admin part="users" /></Match>
            <Match when={path() === "/admin/sessions"}><Admin part="sessions" /></Match>
          </Switch></Suspense>
        </main>
        <Show when={palette()}><Palette label="Type a command" commands={commands()} close={() => setPalette(false)} /></Show>
      </>
    );
  }
}
