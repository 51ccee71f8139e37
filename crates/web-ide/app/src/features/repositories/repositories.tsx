// One's repositories: make one, clone it, open a session on it.
import { createResource, createSignal, For, lazy, Show, Suspense, type JSX } from "solid-js";
import { RepositoryService, type Repository, type RepositoryCheck } from "../../gen/repo.ts";
import type { SlotClass } from "../../gen/session.ts";
import { reason } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Copy, Dialog, Do, Empty, Fault, Head } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import type { Start } from "./create.tsx";
import { lacksText, readiness } from "./model.ts";
import { openSession } from "./open.ts";

const Create = lazy(async () => ({ default: (await import("./create.tsx")).Create }));
const ImportDialog = lazy(async () => ({ default: (await import("./create.tsx")).ImportDialog }));
const Imports = lazy(async () => ({ default: (await import("./create.tsx")).Imports }));

/** Pages of the listing taken; beyond a few hundred a person searches by typing. */
const PAGES_MAX = 10;

export function Repositories(): JSX.Element {
  const app = useApp();
  const [creating, setCreating] = createSignal<Start>();
  const [importing, setImporting] = createSignal(false);
  const [started, setStarted] = createSignal(0);
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
  const push = () => `git push ${location.origin}/git/${app.user()?.name}/project.git main`;
  const shown = () => (found.latest ?? []).filter((it) => it.path.toLowerCase().includes(filter().toLowerCase()));
  return (
    <>
      <Head title="Repositories">
        <Show when={(found.latest?.length ?? 0) > 6}>
          <input type="search" aria-label="Filter repositories" placeholder="Filter" value={filter()} onInput={(event) => setFilter(event.currentTarget.value)} />
        </Show>
        <button type="button" onClick={() => setImporting(true)}>Import…</button>
        <button type="button" onClick={() => setCreating("starters")}>New repository</button>
      </Head>
      <Fault error={found.error} retry={refetch} />
      <Suspense><Imports started={started()} arrived={() => void refetch()} /></Suspense>
      <Show when={!found.error && found.latest}>
        <Show
          when={found.latest!.length > 0}
          fallback={
            <Empty title="Nothing here yet">
              <p>A repository holds a project: its files, their history, and the tools it needs (in <code>shell.nix</code>). Begin with a design that works, with starter files, or with a project that you have elsewhere.</p>
              <div class="row">
                <button type="button" class="primary" onClick={() => setCreating("blinky")}>Start with blinky</button>
                <button type="button" onClick={() => setCreating("starters")}>New repository</button>
                <button type="button" onClick={() => setImporting(true)}>Import from an address</button>
              </div>
              <p class="soft">Or push from your own machine; the repository is made by the first push:</p>
              <div class="clone"><code>{push()}</code><Copy text={push()} what="Command" /></div>
            </Empty>
          }
        >
          <ul class="list">
            <For each={shown()}>{(repository) => <Row repository={repository} />}</For>
          </ul>
        </Show>
      </Show>
      <Show when={creating()}>
        {(start) => <Suspense><Create start={start()} close={() => setCreating(undefined)} done={() => (setCreating(undefined), void refetch())} /></Suspense>}
      </Show>
      <Show when={importing()}>
        <Suspense><ImportDialog close={() => setImporting(false)} done={() => (setImporting(false), setStarted(started() + 1))} /></Suspense>
      </Show>
    </>
  );
}

function Row(props: { repository: Repository }): JSX.Element {
  const app = useApp();
  const [check, { mutate }] = createResource(() => props.repository.path, (path) => app.transport.call(RepositoryService.checkRepository, { path }));
  const [asking, setAsking] = createSignal(false);
  const open = (slotClass: SlotClass, withoutEnvironment: boolean) => openSession(app.transport, props.repository.path, slotClass, withoutEnvironment);
  const starters = async () => mutate(await app.transport.call(RepositoryService.addStarters, { path: props.repository.path }));
  const lacks = () => {
    const state = check.error ? undefined : check() && readiness(check() as RepositoryCheck);
    return state?.kind === "lacks" ? state : undefined;
  };
  return (
    <li class="card">
      <div class="main">
        <h2><A href={`/repositories/${props.repository.path}`}>{props.repository.path}</A></h2>
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
            <span>{lacksText(it())}</span>
            <Show when={it().files.length > 0}><Do run={starters}>Add starter files</Do></Show>
          </div>
        )}
      </Show>
      <Show when={check.error}><p class="reason bad">{reason(check.error)}</p></Show>
      <Show when={asking()}>
        <Options repository={props.repository} open={open} close={() => setAsking(false)} />
      </Show>
    </li>
  );
}

function Options(props: { repository: Repository; open: (of: SlotClass, bare: boolean) => Promise<void>; close: () => void }): JSX.Element {
  const [slotClass, setClass] = createSignal<SlotClass>("SLOT_CLASS_STANDARD");
  const [bare, setBare] = createSignal(false);
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
        <A class="button quiet" href={`/repositories/${props.repository.path}/settings`}>Members, delete…</A>
      </div>
    </Dialog>
  );
}
