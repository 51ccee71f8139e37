// The rack's nodes and their pools, live; drain and quarantine.
import { createSignal, For, Show, type JSX } from "solid-js";
import { NodeAdminService, type Node } from "../../gen/compute.ts";
import { useApp } from "../../ui/context.tsx";
import { live, now } from "../../ui/live.ts";
import { Dialog, Do, Empty, Fault } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { ago, count, size } from "../../ui/text.ts";
import { className } from "../sessions/model.ts";
import { health, pools, totals } from "./model.ts";

/** The server holds the answer back until something has changed; this only keeps a busy rack from asking without pause. */
const PAUSE_MS = 500;

export function Nodes(): JSX.Element {
  const app = useApp();
  let known = 0;
  let asked = 0;
  const nodes = live(PAUSE_MS, async () => {
    const turn = ++asked;
    const reply = await app.transport.call(NodeAdminService.listNodes, { known });
    // An answer that was overtaken is not shown, so what it knew is not known here.
    if (turn === asked) known = reply.version;
    return reply.nodes;
  });
  // What one has just changed is to be seen at once.
  const refresh = async () => {
    known = 0;
    await nodes.refresh();
  };
  return (
    <>
      <Fault error={nodes.error()} retry={() => void refresh()} />
      <Show when={nodes.known() && nodes.items.length === 0}>
        <Empty title="No node has reported"><p>Start <code>carrel-compute-node</code> on a machine of the rack; it appears here within five seconds.</p></Empty>
      </Show>
      <Show when={nodes.items.length > 0}>
        <dl class="totals">
          <For each={totals(nodes.items)}>
            {(it) => <div><dt>{className(it.slotClass)}</dt><dd><b>{it.claimed}</b> in use, <b>{it.warm}</b> warm of {it.wanted}</dd></div>}
          </For>
        </dl>
      </Show>
      <ul class="list">
        <For each={nodes.items}>{(node) => <Card node={node} refresh={refresh} />}</For>
      </ul>
    </>
  );
}

function Card(props: { node: Node; refresh: () => Promise<void> }): JSX.Element {
  const app = useApp();
  const [asking, setAsking] = createSignal(false);
  const node = () => props.node;
  const drain = async () => {
    await app.transport.call(NodeAdminService.setNodeDrain, { nodeId: node().id, drain: !node().draining });
    await props.refresh();
  };
  const lift = async () => {
    await app.transport.call(NodeAdminService.setNodeQuarantine, { nodeId: node().id, quarantine: false });
    await props.refresh();
  };
  return (
    <li class="card">
      <div class="main">
        <h2>{node().id}</h2>
        <div class="actions">
          <Show when={node().quarantine} fallback={<button type="button" aria-label={`Quarantine ${node().id}`} onClick={() => setAsking(true)}>Quarantine…</button>}>
            <Do run={lift} label={`Lift quarantine of ${node().id}`}>Lift quarantine</Do>
          </Show>
          <Do run={drain} label={`${node().draining ? "Take sessions again on" : "Drain"} ${node().id}`}>{node().draining ? "Take sessions again" : "Drain"}</Do>
        </div>
      </div>
      <div class="meta">
        <span class={`state ${health(node()).tone}`}>{health(node()).text}</span>
        <span>{node().report?.runtime}</span>
        <span>{count(node().report?.threads ?? 0, "thread")}</span>
        <span>{size(node().report?.memoryBytes ?? 0)}</span>
        <A href="/admin/sessions">{count(node().report?.sessions.length ?? 0, "session")}</A>
        <span class="num">reported {ago(node().lastReport, now())}</span>
      </div>
      <Show when={node().quarantine}>
        {(it) => <p class="advice"><span>In quarantine: {it().reason}. It gets no session until you lift this; what runs there goes on. Set {ago(it().since, now())}.</span></p>}
      </Show>
      <div class="pools">
        <For each={pools(node())}>
          {(pool) => (
            <div class="pool">
              <span>{className(pool.slotClass)}: <b>{pool.warm}</b> of {pool.wanted} warm, {pool.claimed} in use{pool.creating > 0 ? `, ${pool.creating} being made` : ""}</span>
              <meter min="0" max={Math.max(1, pool.wanted)} value={pool.claimed} aria-label={`Slots of class ${className(pool.slotClass)} in use on ${node().id}`} />
            </div>
          )}
        </For>
      </div>
      <For each={node().report?.clamped ?? []}>{(text) => <p class="reason soft">{text}</p>}</For>
      <Show when={asking()}>
        <Ask node={node()} close={() => setAsking(false)} done={() => (setAsking(false), void props.refresh())} />
      </Show>
    </li>
  );
}

function Ask(props: { node: Node; close: () => void; done: () => void }): JSX.Element {
  const app = useApp();
  const [reason, setReason] = createSignal("");
  const set = async () => {
    await app.transport.call(NodeAdminService.setNodeQuarantine, { nodeId: props.node.id, quarantine: true, reason: reason() });
    props.done();
  };
  return (
    <Dialog title={`Quarantine ${props.node.id}`} close={props.close}>
      <p>For a node that you do not trust at the moment: it gets no session, whatever it reports, also after a restart. What runs there goes on. To empty a healthy node, drain it instead.</p>
      <label>Why<input autofocus maxlength="300" placeholder="e.g. loses sessions since this morning" value={reason()} onInput={(event) => setReason(event.currentTarget.value)} /></label>
      <div class="row">
        <Do class="primary" run={set} disabled={reason().trim() === ""}>Quarantine</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}
