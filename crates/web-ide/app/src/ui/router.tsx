// Addresses of pages: where we are, how to get elsewhere, and who may object to leaving.
import { batch, createSignal, splitProps, type JSX } from "solid-js";

const [path, setPath] = createSignal(location.pathname);
const [search, setSearch] = createSignal(location.search);
export { path, search };

let objection: (() => string | undefined) | undefined;
/** A page with unsaved work says so here; leaving then asks. */
export function objectToLeaving(ask: (() => string | undefined) | undefined): void {
  objection = ask;
}

function mayLeave(): boolean {
  const why = objection?.();
  return why === undefined || window.confirm(why);
}

window.addEventListener("popstate", () => {
  if (mayLeave()) {
    setPath(location.pathname);
    setSearch(location.search);
  } else history.pushState(null, "", path() + search());
});
window.addEventListener("beforeunload", (event) => {
  if (objection?.() !== undefined) event.preventDefault();
});

export function go(to: string, replace = false): void {
  if (to !== path() && !mayLeave()) return;
  history[replace ? "replaceState" : "pushState"](null, "", to);
  const there = new URL(to, location.href);
  batch(() => {
    setPath(there.pathname);
    setSearch(there.search);
  });
  window.scrollTo(0, 0);
}

export function A(props: JSX.AnchorHTMLAttributes<HTMLAnchorElement> & { href: string; below?: boolean }): JSX.Element {
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(props.href);
  };
  const [own, rest] = splitProps(props, ["below"]);
  const here = () => path() === props.href || (own.below === true && path().startsWith(`${props.href}/`));
  return <a {...rest} onClick={follow} aria-current={here() ? "page" : undefined} />;
}
