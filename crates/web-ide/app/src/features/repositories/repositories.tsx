// One's repositories: make one, clone it, open a session on it.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { RepositoryService, type Repository, type RepositoryCheck } from "../../gen/repo.ts";
import { SessionService, type SlotClass } from "../../gen/session.ts";
import { reason } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Dialog, Do, Empty, Fault, Head } from "../../ui/parts.tsx";
import { go } from "../../ui/router.tsx";
import { requestId } from "../sessions/model.ts";
import { nameProblem, readiness } from "./model.ts";

/** Pages of the listing taken; beyond a few hundred a person searches by typing. */
const PAGES_MAX = 10;

/** The time that a node and the master have for a claim, and some. */
const OPEN_DEADLINE_MS = 30_000;

export function Repositories(): JSX.Element {
  const app = useApp();
  const [creating, setCreating] = createSignal(false);
  const [filter, setFilter] = createSignal("");
  const [found, { refetch }] = createResource(async () => {
    const all: Repository[] = [];
    let after = "";
    for (let page = 0; page < PAGES_MAX; page++) {
      const reply = await app.transport.call(RepositoryService.listRepositories, { after });
      all.push(...reply.repositories);
      after = reply.next;
      if (!after) break;
    }
    return all;
  });
  const shown = () => (found.latest ?? []).filter((it) => it.path.toLowerCase().includes(filter().toLowerCase()));
  return (
    <>
      <Head title="Repositories">
        <Show when={(found.latest?.length ?? 0) > 6}>
          <input type="search" aria-label="Filter repositories" placeholder="Filter" value={filter()} onInput={(event) => setFilter(event.currentTarget.value)} />
        </Show>
        <button type="button" onClick={() => setCreating(true)}>New repository</button>
      </Head>
      <Fault error={found.error} retry={refetch} />
      <Show when={!found.error && found.latest}>
        <Show
          when={found.latest!.length > 0}
          fallback={
            <Empty title="Nothing here yet">
              <p>A repository holds a project: its files, their history, and the tools it needs (in <code>shell.nix</code>). Make one with starter files and open it, or push one that you have:</p>
              <pre>git push {location.origin}/git/{app.user()?.name}/project.git main</pre>
              <button type="button" class="primary" onClick={() => setCreating(true)}>New repository</button>
            </Empty>
          }
        >
          <ul class="list">
            <For each={shown()}>{(repository) => <Row repository={repository} changed={() => void refetch()} />}</For>
          </ul>
        </Show>
      </Show>
      <Show when={creating()}>
        <Create close={() => setCreating(false)} done={() => (setCreating(false), void refetch())} />
      </Show>
    </>
  );
}

function Row(props: { repository: Repository; changed: () => void }): JSX.Element {
  const app = useApp();
  const [check, { mutate }] = createResource(() => props.repository.path, (path) => app.transport.call(RepositoryService.checkRepository, { path }));
  const [asking, setAsking] = createSignal(false);
  const open = async (slotClass: SlotClass, withoutEnvironment: boolean) => {
    const request = requestId((bytes) => crypto.getRandomValues(bytes));
    const session = await app.transport.call(
      SessionService.openSession,
      { repository: props.repository.path, slotClass, egress: "EGRESS_DEFAULT", requestId: request, withoutEnvironment },
      OPEN_DEADLINE_MS,
    );
    go(`/ide/${session.id}`);
  };
  const starters = async () => mutate(await app.transport.call(RepositoryService.addStarters, { path: props.repository.path }));
  const lacks = () => {
    const state = check.error ? undefined : check() && readiness(check() as RepositoryCheck);
    return state?.kind === "lacks" ? state : undefined;
  };
  return (
    <li class="card">
      <div class="main">
        <h2>{props.repository.path}</h2>
        <div class="actions">
          <button type="button" class="quiet" aria-label={`Options… for ${props.repository.path}`} onClick={() => setAsking(true)}>Options…</button>
          <Do class="primary" label={`Open session on ${props.repository.path}`} run={() => open("SLOT_CLASS_STANDARD", lacks() !== undefined)}>Open session</Do>
        </div>
      </div>
      <div class="meta">
        <div class="clone">
          <code>{props.repository.cloneUrl}</code>
          <Copy text={props.repository.cloneUrl} what="Clone address" />
        </div>
      </div>
      <Show when={lacks()}>
        {(it) => (
          <div class="advice">
            <span>{it().advice || `It lacks ${it().files.join(", ")}.`}</span>
            <Show when={it().files.length > 0}><Do run={starters}>Add starter files</Do></Show>
          </div>
        )}
      </Show>
      <Show when={check.error}><p class="reason bad">{reason(check.error)}</p></Show>
      <Show when={asking()}>
        <Options repository={props.repository} open={open} close={() => setAsking(false)} changed={props.changed} />
      </Show>
    </li>
  );
}

function Options(props: { repository: Repository; open: (of: SlotClass, bare: boolean) => Promise<void>; close: () => void; changed: () => void }): JSX.Element {
  const app = useApp();
  const [slotClass, setClass] = createSignal<SlotClass>("SLOT_CLASS_STANDARD");
  const [bare, setBare] = createSignal(false);
  const remove = async () => {
    if (!window.confirm(`Delete ${props.repository.path}? Its bytes are kept aside for 30 days; an admin can bring it back.`)) return;
    await app.transport.call(RepositoryService.deleteRepository, { path: props.repository.path });
    props.close();
    props.changed();
  };
  return (
    <Dialog title={props.repository.path} close={props.close}>
      <label>
        Slot
        <select value={slotClass()} onChange={(event) => setClass(event.currentTarget.value as SlotClass)}>
          <option value="SLOT_CLASS_STANDARD">standard: 4 cores, 8 GB</option>
          <option value="SLOT_CLASS_BURST">burst: 1 core, 512 MB</option>
        </select>
      </label>
      <label class="check">
        <input type="checkbox" checked={bare()} onChange={(event) => setBare(event.currentTarget.checked)} />
        Without the repository's environment
      </label>
      <div class="row">
        <Do class="primary" run={() => props.open(slotClass(), bare())}>Open session</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
        <Do class="quiet bad" run={remove}>Delete repository…</Do>
      </div>
    </Dialog>
  );
}

function Create(props: { close: () => void; done: () => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = createSignal("");
  const [starters, setStarters] = createSignal(true);
  const create = async () => {
    await app.transport.call(RepositoryService.createRepository, { path: `${app.user()?.name}/${name()}`, withStarters: starters() });
    props.done();
  };
  return (
    <Dialog title="New repository" close={props.close}>
      <label>
        Name
        <input autofocus spellcheck={false} autocapitalize="none" value={name()} onInput={(event) => setName(event.currentTarget.value.trim())} />
        <span class="hint">{name() ? (nameProblem(name()) ?? `${app.user()?.name}/${name()}`) : "letters, digits, . _ -"}</span>
      </label>
      <label class="check">
        <input type="checkbox" checked={starters()} onChange={(event) => setStarters(event.currentTarget.checked)} />
        With starter files, so that it can be opened at once
      </label>
      <div class="row">
        <Do class="primary" run={create} disabled={nameProblem(name()) !== undefined}>Create</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}
