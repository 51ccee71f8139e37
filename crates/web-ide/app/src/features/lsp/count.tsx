// How many problems there are, in the tab of their list.
import { Show, type JSX } from "solid-js";
import { count } from "../../ui/text.ts";
import { counted, type Problem } from "./problems.ts";
import "./lsp.css";

/** The tab of the problem list. */
export function ProblemCount(props: { problems: readonly Problem[] }): JSX.Element {
  const counts = () => counted(props.problems);
  return (
    <>
      Problems
      <Show when={counts().error > 0}><span class="tally bad" aria-label={count(counts().error, "error")}>{counts().error}</span></Show>
      <Show when={counts().error === 0 && counts().warning > 0}><span class="tally warn" aria-label={count(counts().warning, "warning")}>{counts().warning}</span></Show>
    </>
  );
}
