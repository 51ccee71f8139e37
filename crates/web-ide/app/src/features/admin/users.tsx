// Accounts: make one, hand out a way in, disable one.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { AccountService, type Role, type User } from "../../gen/auth.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Dialog, Do, Fault } from "../../ui/parts.tsx";
import { roleText } from "../account/account.tsx";

/** Pages of 200 users; a school has fewer. */
const USER_PAGES_MAX = 25;
/** With more than these one types a part of the name. */
const UNFILTERED_MAX = 12;

export function Users(): JSX.Element {
  const app = useApp();
  const [adding, setAdding] = createSignal(false);
  const [link, setLink] = createSignal<{ name: string; url: string }>();
  const [users, { refetch }] = createResource(async () => {
    const all: User[] = [];
    let after = "";
    for (let page = 0; page < USER_PAGES_MAX; page++) {
      const reply = await app.transport.call(AccountService.listUsers, { after, limit: 200 });
      all.push(...reply.users);
      after = reply.next;
      if (!after) break;
    }
    return all;
  });
  const [filter, setFilter] = createSignal("");
  const all = () => (users.error ? [] : users.latest ?? []);
  const invite = async (name: string) => {
    const made = await app.transport.call(AccountService.createLoginLink, { name });
    setLink({ name, url: made.url });
  };
  const toggle = async (user: User) => {
    await app.transport.call(AccountService.setUserDisabled, { name: user.name, disabled: !user.disabled });
    await refetch();
  };
  return (
    <>
      <div class="row">
        <button type="button" class="primary" onClick={() => setAdding(true)}>New user</button>
        <Show when={all().length > UNFILTERED_MAX}>
          <input class="filter" type="search" aria-label="Filter users" placeholder="Filter" value={filter()} onInput={(event) => setFilter(event.currentTarget.value)} />
        </Show>
      </div>
      <Fault error={users.error} retry={refetch} />
      <div class="tablewrap">
        <table>
          <thead><tr><th>Name</th><th>Role</th><th class="when">Since</th><th>State</th><th class="end"><span class="hidden-label">Actions</span></th></tr></thead>
          <tbody>
            <For each={all().filter((it) => it.name.includes(filter().toLowerCase()))}>
              {(user) => (
                <tr>
                  <td>{user.name}</td>
                  <td>{roleText(user.role)}</td>
                  <td class="num when">{new Date(user.createdAt).toLocaleDateString()}</td>
                  <td><span class={`state ${user.disabled ? "bad" : "good"}`}>{user.disabled ? "disabled" : "active"}</span></td>
                  <td class="end">
                    <Do class="quiet" label={`Login link for ${user.name}`} run={() => invite(user.name)}>Login link</Do>
                    <Show when={user.id !== app.user()?.id}>
                      <Do class="quiet" label={`${user.disabled ? "Enable" : "Disable"} ${user.name}`} run={() => toggle(user)}>{user.disabled ? "Enable" : "Disable"}</Do>
                    </Show>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
      <Show when={link()}>
        {(made) => (
          <Dialog title={`Login link for ${made().name}`} close={() => setLink(undefined)}>
            <p>It works once, within 15 minutes. Give it to nobody else.</p>
            <code class="secret">{made().url}</code>
            <div class="row"><Copy primary text={made().url} what="Login link" /><button type="button" onClick={() => setLink(undefined)}>Done</button></div>
          </Dialog>
        )}
      </Show>
      <Show when={adding()}>
        <NewUser close={() => setAdding(false)} done={(name) => (setAdding(false), void refetch(), void invite(name))} />
      </Show>
    </>
  );
}

function NewUser(props: { close: () => void; done: (name: string) => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = createSignal("");
  const [role, setRole] = createSignal<Role>("ROLE_LEARNER");
  const create = async () => {
    await app.transport.call(AccountService.createUser, { name: name(), role: role() });
    props.done(name());
  };
  return (
    <Dialog title="New user" close={props.close}>
      <label>
        Name
        <input autofocus spellcheck={false} autocapitalize="none" value={name()} onInput={(event) => setName(event.currentTarget.value.trim())} />
        <span class="hint">a–z, 0–9 and dashes; starts with a letter; at most 32</span>
      </label>
      <label>
        Role
        <select value={role()} onChange={(event) => setRole(event.currentTarget.value as Role)}>
          <option value="ROLE_LEARNER">learner</option>
          <option value="ROLE_MENTOR">mentor</option>
          <option value="ROLE_ADMIN">admin</option>
        </select>
      </label>
      <div class="row">
        <Do class="primary" run={create} disabled={!/^[a-z][a-z0-9-]{0,31}$/.test(name())}>Create and make a login link</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}
