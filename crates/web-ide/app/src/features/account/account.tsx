// One's own account: devices, tokens, password, looks.
import { createSignal, Show, Suspense, type JSX } from "solid-js";
import { AuthService } from "../../gen/auth.ts";
import { reason } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Head } from "../../ui/parts.tsx";
import { Logins } from "./logins.tsx";
import { setTheme, theme, type Theme } from "../../ui/theme.ts";
import "../../style/forms.css";

export const roleText = (role: string): string => role.replace("ROLE_", "").toLowerCase();

export function Account(): JSX.Element {
  const app = useApp();
  const [problem, setProblem] = createSignal<string>();
  const password = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    setProblem(undefined);
    try {
      await app.transport.call(AuthService.setPassword, { oldPassword: String(data.get("old")), newPassword: String(data.get("new")) });
      form.reset();
      app.tell("Password set; other devices and tokens have ended");
    } catch (error) {
      setProblem(reason(error));
    }
  };
  return (
    <>
      <Head title="Account" />
      <p>You are <b>{app.user()?.name}</b>, {roleText(app.user()?.role ?? "")} of this rack.</p>
      <Suspense><Logins /></Suspense>
      <section class="section" aria-labelledby="password">
        <h2 id="password">Password</h2>
        <form onSubmit={password}>
          <input type="text" name="name" autocomplete="username" value={app.user()?.name} hidden readonly />
          <label>
            Present one
            <input name="old" type="password" autocomplete="current-password" />
            <span class="hint">Leave empty if you have none yet.</span>
          </label>
          <label>
            New one
            <input name="new" type="password" autocomplete="new-password" minlength="8" required />
          </label>
          <Show when={problem()}><p class="reason bad" role="alert">{problem()}</p></Show>
          <button type="submit">Set password</button>
        </form>
      </section>
      <section class="section" aria-labelledby="looks">
        <h2 id="looks">Looks</h2>
        <div class="row" role="radiogroup" aria-label="Theme">
          {(["system", "light", "dark"] as Theme[]).map((it) => (
            <label class="check">
              <input type="radio" name="theme" checked={theme() === it} onChange={() => setTheme(it)} /> {it}
            </label>
          ))}
        </div>
      </section>
    </>
  );
}
