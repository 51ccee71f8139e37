// Getting in: by a one-time link, or by name and password.
import { createSignal, Show, type JSX } from "solid-js";
import { AuthService, type Token } from "../../gen/auth.ts";
import { asFailure } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { go } from "../../ui/router.tsx";
import { afterLogin, linkSecret } from "./model.ts";

/** Taken from the address once, so that neither history nor a screenshot keeps the secret. */
const secret = linkSecret(location.search);

export function Login(): JSX.Element {
  const app = useApp();
  const [link, setLink] = createSignal(location.pathname === "/login" ? secret : undefined);
  const [problem, setProblem] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const from = location.pathname;
  if (link()) history.replaceState(null, "", "/login");

  const enter = async (ask: () => Promise<Token>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      app.setUser((await ask()).user ?? (await app.transport.call(AuthService.whoAmI)));
      go(afterLogin(from), true);
    } catch (error) {
      setProblem(asFailure(error).message);
      setBusy(false);
    }
  };
  const redeem = (event: SubmitEvent) => {
    event.preventDefault();
    void enter(() => app.transport.call(AuthService.redeemLink, { secret: link() ?? "" }));
  };
  const password = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const [name, password] = [String(form.get("name")).trim(), String(form.get("password"))];
    void enter(() => app.transport.call(AuthService.login, { name, password }));
  };
  return (
    <main class="login">
      <div class="stack">
        <h1>Carrel</h1>
        <p class="soft">A desk to learn and build at, on machines of your own.</p>
      </div>
      <Show when={problem()}>
        <div class="fault" role="alert">{problem()}</div>
      </Show>
      <Show
        when={link()}
        fallback={
          <form onSubmit={password}>
            <label>
              Name
              <input name="name" autocomplete="username" autocapitalize="none" spellcheck={false} required autofocus />
            </label>
            <label>
              Password
              <input name="password" type="password" autocomplete="current-password" required />
            </label>
            <button class="primary" type="submit" disabled={busy()}>Log in</button>
            <p class="hint">No password yet? Open the login link that your admin gave you.</p>
          </form>
        }
      >
        <form onSubmit={redeem}>
          <button class="primary" type="submit" disabled={busy()} autofocus>Log in with this link</button>
          <p class="hint">The link works once. You can set a password afterwards, under Account.</p>
          <Show when={problem()}>
            <button type="button" class="quiet" onClick={() => setLink(undefined)}>Use name and password instead</button>
          </Show>
        </form>
      </Show>
    </main>
  );
}
