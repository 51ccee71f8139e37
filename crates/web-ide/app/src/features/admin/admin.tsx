// What an admin sees and does: nodes with their pools, users, everybody's sessions.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { AccountService, type Role, type User } from "../../gen/auth.ts";
import { NodeAdminService, type Node } from "../../gen/compute.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Dialog, Do, Empty, Fault, Head, poll } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { ago, count, size } from "../../ui/text.ts";
import { roleText } from "../account/account.tsx";
import { SessionList } from "../sessions/sessions.tsx";
import { className } from "../sessions/model.ts";
import { health, pools } from "./model.ts";

/** Nodes report every five seconds. */
const REFRESH_MS = 5_000;
/** Pages of 200 users; a school has fewer. */
const USER_PAGES_MAX = 25;

export function Admin(props: { part: "nodes" | "users" | "sessions" }): JSX.Element {
  return (
    <>
      <Head title="Rack">
        <nav class="row" aria-label="Rack">
          <A class="button quiet" href="/admin">Nodes</A>
          <A class="button quiet" href="/admin/users">Users</A>
          <A class="button quiet" href="/admin/sessions">Sessions</A>
        </nav>
      </Head>
      <Show when={props.part === "nodes"}><Nodes /></Show>
      <Show when={props.part === "users"}><Users /></Show>
      <Show when={props.part === "sessions"}>
        <SessionList all empty={<Empty title="Nobody is working right now"><p>Open sessions of all users appear here.</p></Empty>} />
      </Show>
    </>
  );
}

function Nodes(): JSX.Element {
  const app = useApp();
  const [nodes, { refetch }] = createResource(async () => (await app.transport.call(NodeAdminService.listNodes)).nodes);
  poll(REFRESH_MS, async () => refetch());
  const drain = async (node: Node) => {
    await app.transport.call(NodeAdminService.setNodeDrain, { nodeId: node.id, drain: !node.draining });
    await refetch();
  };
  return (
    <>
      <Fault error={nodes.error} retry={refetch} />
      <Show when={!nodes.error && nodes.latest?.length === 0}>
        <Empty title="No node has reported"><p>Start <code>carrel-compute-node</code> on a machine of the rack; it appears here within five seconds.</p></Empty>
      </Show>
      <ul class="list">
        <For each={(!nodes.error && nodes.latest) || []}>
          {(node) => (
            <li class="card">
              <div class="main">
                <h2>{node.id}</h2>
                <Do run={() => drain(node)} label={`${node.draining ? "Take sessions again on" : "Drain"} ${node.id}`}>{node.draining ? "Take sessions again" : "Drain"}</Do>
              </div>
              <div class="meta">
                <span class={`state ${health(node).tone}`}>{health(node).text}</span>
                <span>{node.report?.runtime}</span>
                <span>{count(node.report?.threads ?? 0, "thread")}</span>
                <span>{size(node.report?.memoryBytes ?? 0)}</span>
                <span>{count(node.report?.sessions.length ?? 0, "session")}</span>
                <span>reported {ago(node.lastReport, Date.now())}</span>
              </div>
              <div class="meta">
                <For each={pools(node)}>
                  {(pool) => <span>{className(pool.slotClass)}: <b>{pool.warm}</b> of {pool.wanted} warm, {pool.claimed} in use{pool.creating > 0 && `, ${pool.creating} being made`}</span>}
                </For>
              </div>
              <For each={node.report?.clamped ?? []}>{(text) => <p class="reason soft">{text}</p>}</For>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

function Users(): JSX.Element {
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
      <div class="row"><button type="button" class="primary" onClick={() => setAdding(true)}>New user</button></div>
      <Fault error={users.error} retry={refetch} />
      <div class="tablewrap">
        <table>
          <thead><tr><th>Name</th><th>Role</th><th>Since</th><th>State</th><th class="end"><span class="hidden-label">Actions</span></th></tr></thead>
          <tbody>
            <For each={(!users.error && users.latest) || []}>
              {(user) => (
                <tr>
                  <td>{user.name}</td>
                  <td>{roleText(user.role)}</td>
                  <td class="num">{new Date(user.createdAt).toLocaleDateString()}</td>
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
            <p>It works once. Give it to nobody else.</p>
            <code style={{ "overflow-wrap": "anywhere" }}>{made().url}</code>
            <div class="row"><Copy text={made().url} what="Login link" /><button type="button" onClick={() => setLink(undefined)}>Done</button></div>
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
