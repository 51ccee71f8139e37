// The git pane: what is changed, staged and in conflict, a commit, and the way to the server and back.
import { createEffect, createMemo, createSignal, For, Match, on, onMount, Show, Switch, type JSX } from "solid-js";
import { bare } from "../files/names.ts";
import { Do } from "../../ui/parts.tsx";
import { steady } from "../../ui/steady.ts";
import { count } from "../../ui/text.ts";
import { BranchDialog } from "./branches.tsx";
import type { Desk } from "./desk.ts";
import { History } from "./history.tsx";
import { activityWord, branchText, discardQuestion, GROUPS, groups, type Group, type Row } from "./model.ts";
import "./git.css";

/** Rows drawn of one group at first. */
const ROWS_SHOWN = 300;

interface PaneProps {
  desk: Desk;
  /** Open documents that are not saved: what is in them is not committed. */
  unsaved: number;
  saveAll: () => Promise<void>;
  open: (path: string) => void;
}

export function GitPane(props: PaneProps): JSX.Element {
  const { desk } = props;
  const [asking, setAsking] = createSignal(false);
  onMount(() => void desk.refresh().catch(() => desk.soon()));
  // Files change while one clicks: what is still so stays where the pointer is.
  const shown = createMemo<Group[]>((before) => {
    const now = desk.status();
    return now ? groups(now).map((it) => ({ ...it, rows: steady(before.find((old) => old.name === it.name)?.rows, it.rows) })) : [];
  }, []);
  const group = (name: Group["name"]) => shown().find((it) => it.name === name);
  return (
    <div class="git">
      <Show when={desk.status()} fallback={<p class="hint pad">Looking at the repository…</p>}>
        {(status) => (
          <Show when={status().repository} fallback={<p class="hint pad">This workspace is no git repository. Open a session on one to commit and push.</p>}>
            <div class="gitbar">
              <button type="button" class="quiet branch" title={branchText(status()).long} onClick={() => setAsking(true)}>
                <span aria-hidden="true">⎇</span> <span class="hidden-label">Switch branch, now</span> <bdi>{status().branch || status().commit.slice(0, 8) || "no commit yet"}</bdi>
              </button>
              <Transfers desk={desk} />
            </div>
            <TransferBar desk={desk} />
            <Show when={desk.locked()}>
              <div class="gitnote warn" role="alert">
                <span>Another git holds the lock. If none runs, one was killed and left it.</span>
                <Do run={() => desk.run("Removing the lock", () => desk.ports.unlock())}>Remove the lock</Do>
              </div>
            </Show>
            <UnderWay desk={desk} />
            <CommitBox {...props} />
            <div class="gitlists">
              <For each={GROUPS}>{(name) => <Show when={group(name)}>{(it) => <GroupView desk={desk} group={it()} open={props.open} />}</Show>}</For>
              <Show when={shown().length === 0}>
                <p class="hint pad">Nothing is changed since the last commit.{status().unpushed > 0 ? ` ${count(status().unpushed, "commit")} not pushed yet.` : ""}</p>
              </Show>
              <History desk={desk} />
            </div>
          </Show>
        )}
      </Show>
      <Show when={asking()}><BranchDialog desk={desk} close={() => setAsking(false)} /></Show>
    </div>
  );
}

function Transfers(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const running = () => desk.transfer()?.outcome === "TRANSFER_OUTCOME_RUNNING";
  const status = () => desk.status()!;
  const stuck = () => running() || !status().hasRemote;
  const toPush = () => (status().upstreamKnown ? status().ahead : status().unpushed);
  return (
    <span class="row tight">
      <Do class="quiet" run={() => desk.start("TRANSFER_KIND_FETCH")} disabled={stuck()} label="Fetch: look for news on the server"><span aria-hidden="true">⟳</span></Do>
      <Do class="quiet" run={() => desk.start("TRANSFER_KIND_PULL")} disabled={stuck() || activityWord(status()) !== undefined}>Pull<Badge of={status().behind} /></Do>
      <Do class={toPush() > 0 ? "primary small" : "quiet"} run={() => desk.start("TRANSFER_KIND_PUSH")} disabled={stuck() || activityWord(status()) !== undefined}>Push<Badge of={toPush()} /></Do>
    </span>
  );
}

function Badge(props: { of: number }): JSX.Element {
  return <Show when={props.of > 0}> <b class="badge">{props.of}</b><span class="hidden-label">{props.of === 1 ? "commit" : "commits"}</span></Show>;
}

function TransferBar(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const outcome = () => desk.transfer()?.outcome;
  return (
    <Switch>
      <Match when={outcome() === "TRANSFER_OUTCOME_RUNNING"}>
        <div class="gitnote" role="status">
          <span>{desk.transfer()!.detail}…</span>
          <progress max={100} value={desk.transfer()!.percent} aria-label={desk.transfer()!.detail} />
        </div>
      </Match>
      <Match when={outcome() === "TRANSFER_OUTCOME_FAILED"}>
        <div class="gitnote bad" role="alert">
          <span>{desk.transfer()!.detail}</span>
          <Show when={desk.transfer()!.talk}><details><summary>What git said</summary><pre class="problem" tabindex="0">{desk.transfer()!.talk}</pre></details></Show>
          <span class="row tight">
            <Show when={desk.transfer()!.pullFirst}><Do class="primary small" run={() => desk.start("TRANSFER_KIND_PULL")}>Pull now</Do></Show>
            <button type="button" onClick={() => desk.forget()}>Dismiss</button>
          </span>
        </div>
      </Match>
    </Switch>
  );
}

function UnderWay(props: { desk: Desk }): JSX.Element {
  const { desk } = props;
  const word = () => activityWord(desk.status()!);
  const left = () => desk.status()!.conflicted;
  const merges = () => desk.status()!.activity === "GIT_ACTIVITY_MERGE";
  return (
    <Show when={word()}>
      {(what) => (
        <div class="gitnote warn" role="status">
          <span>
            {left() > 0
              ? `A ${what()} is under way. ${count(left(), "file")} changed on both sides: open each below and decide.`
              : merges() ? "All conflicts are decided. Commit to finish the merge." : `All conflicts are decided. Continue the ${what()}.`}
          </span>
          <span class="row tight">
            <Show when={left() === 0 && !merges()}><Do class="primary small" run={() => desk.run("Continuing", () => desk.ports.proceed())}>Continue {what()}</Do></Show>
            <Do run={() => desk.abort(what())}>Abort {what()}</Do>
          </span>
        </div>
      )}
    </Show>
  );
}

function CommitBox(props: PaneProps): JSX.Element {
  const { desk } = props;
  const [message, setMessage] = createSignal("");
  const [amend, setAmend] = createSignal(false);
  const status = () => desk.status()!;
  // The message git prepared for a merge is a start; what was typed is not thrown away for it.
  createEffect(on(() => status().preparedMessage, (prepared, before) => {
    if (prepared && (message() === "" || message() === before)) setMessage(prepared);
    else if (!prepared && message() === before) setMessage("");
  }));
  const something = () => status().staged > 0 || status().unstaged + status().untracked > 0 || amend() || status().activity === "GIT_ACTIVITY_MERGE";
  const blocked = () => status().conflicted > 0 || status().activity === "GIT_ACTIVITY_REBASE";
  const ready = () => message().trim() !== "" && something() && !blocked() && !desk.busy();
  const commit = async () => {
    if (ready() && (await desk.commit(message(), amend()))) (setMessage(""), setAmend(false));
  };
  const label = () => (amend() ? "Replace last commit" : status().activity === "GIT_ACTIVITY_MERGE" ? "Commit merge" : status().staged === 0 && status().unstaged + status().untracked > 0 ? "Commit all" : "Commit");
  return (
    <div class="commitbox">
      <textarea
        rows={Math.min(6, Math.max(2, message().split("\n").length))} value={message()} placeholder="What was done, and why" aria-label="Commit message" aria-keyshortcuts="Control+Enter"
        onInput={(event) => setMessage(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && (event.preventDefault(), void commit())}
      />
      <Show when={props.unsaved > 0}>
        <p class="gitunsaved">{count(props.unsaved, "open file")} not saved: a commit has what is on the disk. <Do class="quiet" run={props.saveAll}>Save all</Do></p>
      </Show>
      <div class="row tight">
        <button type="button" class="primary" disabled={!ready()} aria-busy={desk.busy() === "Committing"} title="Ctrl Enter" onClick={() => void commit()}>{label()}</button>
        <Show when={status().commit && status().unpushed > 0 && status().activity === "GIT_ACTIVITY_UNSPECIFIED"}>
          <label class="check hint"><input type="checkbox" checked={amend()} onChange={(event) => setAmend(event.currentTarget.checked)} />replace the last one</label>
        </Show>
      </div>
    </div>
  );
}

function GroupView(props: { desk: Desk; group: Group; open: (path: string) => void }): JSX.Element {
  const { desk } = props;
  const [shown, setShown] = createSignal(ROWS_SHOWN);
  let list!: HTMLUListElement;
  const name = () => props.group.name;
  const all = () => props.group.rows.slice(0, shown());
  const key = (event: KeyboardEvent) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const buttons = [...list.querySelectorAll<HTMLElement>("button.label")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    if (by === 0 || at < 0) return;
    event.preventDefault();
    buttons[at + by]?.focus();
  };
  return (
    <section class="gitgroup" aria-label={props.group.title}>
      <header>
        <h2>{props.group.title} <span class="badge soft">{props.group.total}</span></h2>
        <Switch>
          <Match when={name() === "changes"}>
            <span class="row tight">
              <Do class="quiet" run={() => desk.discard(discardQuestion(props.group.rows), { all: true })} label="Discard all changes">Discard all</Do>
              <Do class="quiet" run={() => desk.run("Staging", () => desk.ports.stage({ all: true }))} label="Stage all changes">Stage all</Do>
            </span>
          </Match>
          <Match when={name() === "staged"}><Do class="quiet" run={() => desk.run("Unstaging", () => desk.ports.unstage({ all: true }))} label="Unstage all">Unstage all</Do></Match>
        </Switch>
      </header>
      <ul ref={list} onKeyDown={key}>
        <For each={all()}>{(row) => <RowView desk={desk} row={row} group={name()} open={props.open} />}</For>
      </ul>
      <Show when={props.group.rows.length > shown()}><button type="button" class="quiet" onClick={() => setShown(shown() + ROWS_SHOWN)}>Show more</button></Show>
      <Show when={props.group.total > props.group.rows.length && shown() >= props.group.rows.length}><p class="hint pad">{props.group.total - props.group.rows.length} more are not listed; “all” means them, too.</p></Show>
    </section>
  );
}

function RowView(props: { desk: Desk; row: Row; group: Group["name"]; open: (path: string) => void }): JSX.Element {
  const { desk } = props;
  const names = () => bare(props.row.path);
  const chosen = () => {
    const now = desk.shown();
    return now?.kind === "conflict" ? props.group === "conflicts" && now.path === props.row.path : now?.of.path === props.row.path && now.of.after === props.row.compare.after;
  };
  const show = () => desk.show(props.group === "conflicts" ? { kind: "conflict", path: props.row.path } : { kind: "diff", of: props.row.compare });
  const one = { paths: [props.row.path] };
  const stage = () => desk.run("Staging", () => desk.ports.stage(one));
  const unstage = () => desk.run("Unstaging", () => desk.ports.unstage(one));
  const key = (event: KeyboardEvent) => {
    if (event.key === " " && props.group !== "conflicts") void (props.group === "staged" ? unstage() : stage());
    else if (event.key === "Delete" && props.group === "changes") void desk.discard(discardQuestion([props.row]), one);
    else return;
    event.preventDefault();
  };
  return (
    <li class="gitrow" classList={{ on: chosen() }}>
      <button type="button" class="label" onClick={show} onKeyDown={key} title={`${names().whole}: ${props.row.word}`}>
        <span class={`letter ${props.row.letter === "!" ? "clash" : props.row.letter}`} aria-hidden="true">{props.row.letter}</span>
        <bdi class="file" classList={{ gone: props.row.letter === "D" }}>{names().name}</bdi>
        <Show when={names().folder}><bdi class="note">{names().folder}</bdi></Show>
        <span class="hidden-label">{props.row.word}</span>
      </button>
      <span class="acts">
        <Show when={props.group === "changes"}>
          <Do class="quiet icon" run={() => desk.discard(discardQuestion([props.row]), one)} label={`Discard ${names().whole}`}><span aria-hidden="true" title="Discard">↶</span></Do>
          <Do class="quiet icon" run={stage} label={`Stage ${names().whole}`}><span aria-hidden="true" title="Stage">+</span></Do>
        </Show>
        <Show when={props.group === "staged"}><Do class="quiet icon" run={unstage} label={`Unstage ${names().whole}`}><span aria-hidden="true" title="Unstage">−</span></Do></Show>
      </span>
    </li>
  );
}
