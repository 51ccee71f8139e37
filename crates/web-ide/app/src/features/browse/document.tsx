// A Markdown document of a repository, built element by element: no markup of it is ever taken over.
import { markdownLanguage } from "@codemirror/lang-markdown";
import { createMemo, createResource, For, Show, Suspense, type JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { BrowseService } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { A } from "../../ui/router.tsx";
import { toBase64 } from "../../wire.ts";
import Code from "./code.tsx";
import { readMarkdown, type Block, type Inline } from "./markdown.ts";
import { addressOf, linkOf, type Place } from "./model.ts";

export default function Document(props: { place: Place; text: string }): JSX.Element {
  const blocks = createMemo(() => readMarkdown(props.text, markdownLanguage.parser.parse(props.text)));
  return <article class="document"><Blocks of={blocks()} place={props.place} /></article>;
}

function Blocks(props: { of: Block[]; place: Place }): JSX.Element {
  return <For each={props.of}>{(it) => <One block={it} place={props.place} />}</For>;
}

function One(props: { block: Block; place: Place }): JSX.Element {
  const it = props.block;
  const inline = (of: Inline[]) => <Inlines of={of} place={props.place} />;
  switch (it.is) {
    // The page's own title is the first level.
    case "heading": return <Dynamic component={`h${Math.min(6, it.level + 1)}`}>{inline(it.of)}</Dynamic>;
    case "paragraph": return <p>{inline(it.of)}</p>;
    case "code": return <Code name={`code.${it.language}`} text={it.text} />;
    case "quote": return <blockquote><Blocks of={it.of} place={props.place} /></blockquote>;
    case "rule": return <hr />;
    case "table":
      return (
        <div class="tablewrap" tabindex="0" role="region" aria-label="Table">
          <table>
            <thead><tr><For each={it.head}>{(cell) => <th>{inline(cell)}</th>}</For></tr></thead>
            <tbody><For each={it.rows}>{(row) => <tr><For each={row}>{(cell) => <td>{inline(cell)}</td>}</For></tr>}</For></tbody>
          </table>
        </div>
      );
    case "list": {
      const items = <For each={it.items}>{(item) => (
        <li>
          <Show when={item.done !== undefined}><input type="checkbox" checked={item.done} disabled aria-label={item.done ? "done" : "to do"} /> </Show>
          <Show when={item.of.length === 1 && item.of[0]!.is === "paragraph"} fallback={<Blocks of={item.of} place={props.place} />}>{inline((item.of[0] as { of: Inline[] }).of)}</Show>
        </li>
      )}</For>;
      return it.ordered ? <ol start={it.start}>{items}</ol> : <ul>{items}</ul>;
    }
  }
}

function Inlines(props: { of: Inline[]; place: Place }): JSX.Element {
  return <For each={props.of}>{(it) => {
    switch (it.is) {
      case "text": return it.text;
      case "code": return <code>{it.text}</code>;
      case "break": return <br />;
      case "image": return <Picture src={it.src} alt={it.alt} place={props.place} />;
      case "link": return <Link href={it.href} place={props.place}><Inlines of={it.of} place={props.place} /></Link>;
      default: return <Dynamic component={it.is}><Inlines of={it.of} place={props.place} /></Dynamic>;
    }
  }}</For>;
}

function Link(props: { href: string; place: Place; children: JSX.Element }): JSX.Element {
  const target = linkOf(props.href, props.place.file);
  if (target.kind === "file") return <A href={addressOf({ ...props.place, view: "file", file: target.file })}>{props.children}</A>;
  if (target.kind === "out") return <a href={target.url} target="_blank" rel="noopener noreferrer nofollow">{props.children}</a>;
  return <>{props.children}</>;
}

/** A picture of the repository; one from elsewhere is a link, because this page asks no other site for anything. */
function Picture(props: { src: string; alt: string; place: Place }): JSX.Element {
  const app = useApp();
  const target = linkOf(props.src, props.place.file);
  const words = () => props.alt || "picture";
  const [view] = createResource(() => (target.kind === "file" ? target.file : undefined), (file) =>
    app.transport.call(BrowseService.getFile, { path: props.place.path, revision: props.place.at, file }),
  );
  const picture = () => (view.error ? undefined : view.latest?.pictureType ? view.latest : undefined);
  return (
    <Suspense fallback={words()}>
      <Show when={picture()} fallback={<Link href={props.src} place={props.place}>{words()}</Link>}>
        {(it) => <img src={`data:${it().pictureType};base64,${toBase64(it().picture)}`} alt={props.alt} />}
      </Show>
    </Suspense>
  );
}
