// For the line at the bottom: the branch, and what is not pushed. Small: the pane itself is loaded when it is looked at.
import { Show, type JSX } from "solid-js";
import type { Desk } from "./desk.ts";
import { branchText } from "./summary.ts";

export function GitState(props: { desk: Desk; show: () => void }): JSX.Element {
  return (
    <Show when={props.desk.status()?.repository && props.desk.status()}>
      {(status) => (
        <button type="button" class="quiet gitstate" classList={{ ahead: status().unpushed > 0 }} title={branchText(status()).long} onClick={() => props.show()}>
          <span aria-hidden="true">⎇ <bdi>{branchText(status()).short}</bdi></span><span class="hidden-label">{branchText(status()).long}</span>
        </button>
      )}
    </Show>
  );
}
