// One's devices and named tokens: what is logged in, since when, and the way to end it.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { AuthService, type Login } from "../../gen/auth.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Dialog, Do, Fault } from "../../ui/parts.tsx";
import { ago } from "../../ui/text.ts";
import { clientText, endText, sortLogins } from "./model.ts";

const LIVES = [["7", "a week"], ["30", "30 days"], ["90", "90 days"], ["366", "a year"]] as const;

export function Logins(): JSX.Element {
  const app = useApp();
  const [found, { refetch }] = createResource(async () => sortLogins((await app.transport.call(AuthService.listLogins)).logins));
  const logins = () => (found.error ? undefined : found.latest);
  const end = async (login: Login) => {
    await app.transport.call(AuthService.endLogin, { id: login.id });
    if (login.current) return app.setUser(undefined);
    await refetch();
  };
  const leave = async (everywhere: boolean) => {
    await app.transport.call(AuthService.logout, { everywhere });
    app.setUser(undefined);
  };
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <section class="section" aria-labelledby="devices">
        <h2 id="devices">Devices</h2>
        <ul class="rows">
          <For each={logins()?.devices ?? []}>
            {(login) => (
              <li>
                <span class="grow"><b>{clientText(login.client)}</b><Show when={login.current}> <span class="tag">this one</span></Show></span>
                <span class="soft num">since {new Date(login.createdAt).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" })}</span>
                <span class="soft num">{login.usedAt ? `seen ${ago(login.usedAt, Date.now())}` : ""}</span>
                <Show when={!login.current}><Do class="quiet" label={`End the login of ${clientText(login.client)}`} run={() => end(login)}>End</Do></Show>
              </li>
            )}
          </For>
        </ul>
        <div class="row">
          <Do run={() => leave(false)}>Log out here</Do>
          <Do class="bad" run={() => leave(true)}>Log out everywhere</Do>
          <span class="soft">Everywhere ends every device and every token.</span>
        </div>
      </section>
      <Tokens tokens={logins()?.tokens ?? []} end={end} changed={() => void refetch()} />
    </>
  );
}

function Tokens(props: { tokens: Login[]; end: (login: Login) => Promise<unknown>; changed: () => void }): JSX.Element {
  const app = useApp();
  const [making, setMaking] = createSignal(false);
  const [made, setMade] = createSignal<{ name: string; token: string }>();
  return (
    <section class="section" aria-labelledby="tokens">
      <h2 id="tokens">Tokens</h2>
      <p class="soft">A token stands in for your password where no browser is: git on your own machine, scripts, the <code>carrel</code> command. It may do what you may, but not make more tokens.</p>
      <Show when={props.tokens.length > 0}>
        <ul class="rows">
          <For each={props.tokens}>
            {(token) => (
              <li>
                <b class="grow">{token.name}</b>
                <span class="soft num">{token.usedAt ? `used ${ago(token.usedAt, Date.now())}` : "never used"}</span>
                <span class="num" classList={{ soft: !endText(token.expiresAt, Date.now()).soon, warned: endText(token.expiresAt, Date.now()).soon }}>{endText(token.expiresAt, Date.now()).text}</span>
                <Do class="quiet" label={`Revoke the token ${token.name}`} run={() => props.end(token)}>Revoke</Do>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <div class="row"><button type="button" onClick={() => setMaking(true)}>New token</button></div>
      <Show when={making()}>
        <NewToken close={() => setMaking(false)} done={(token) => (setMaking(false), setMade(token), props.changed())} />
      </Show>
      <Show when={made()}>
        {(it) => (
          <Dialog title={`Token ${it().name}`} close={() => setMade(undefined)}>
            <p>Copy it now: it is not shown again. Give it to git as the password of <b>{app.user()?.name}</b>.</p>
            <code class="secret" tabindex="0" role="textbox" aria-readonly="true" aria-label="The token">{it().token}</code>
            <div class="row"><Copy primary text={it().token} what="Token" /><button type="button" onClick={() => setMade(undefined)}>Done</button></div>
          </Dialog>
        )}
      </Show>
    </section>
  );
}

function NewToken(props: { close: () => void; done: (made: { name: string; token: string }) => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = createSignal("");
  const [days, setDays] = createSignal("90");
  const create = async () => {
    const made = await app.transport.call(AuthService.createToken, { name: name(), days: Number(days()) });
    props.done({ name: name(), token: made.token });
  };
  return (
    <Dialog title="New token" close={props.close}>
      <label>What it is for<input autofocus maxlength="64" placeholder="e.g. git on my laptop" value={name()} onInput={(event) => setName(event.currentTarget.value)} /></label>
      <label>It lasts
        <select value={days()} onChange={(event) => setDays(event.currentTarget.value)}><For each={LIVES}>{([value, text]) => <option value={value}>{text}</option>}</For></select>
      </label>
      <div class="row">
        <Do class="primary" run={create} disabled={name().trim() === ""}>Create token</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}
