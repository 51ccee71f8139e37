// Which documents are shown where: one column of tabs, or two side by side.
//
// Invariant: a column's active document is one of its tabs; there are one or two columns; the focused one exists.

export interface Column {
  readonly tabs: readonly string[];
  readonly active: string | undefined;
}

export interface Layout {
  readonly columns: readonly [Column] | readonly [Column, Column];
  readonly focus: 0 | 1;
}

const empty: Column = { tabs: [], active: undefined };
export const emptyLayout: Layout = { columns: [empty], focus: 0 };

export const activeOf = (layout: Layout): string | undefined => layout.columns[layout.focus]?.active;
export const isOpen = (layout: Layout, path: string): boolean => layout.columns.some((it) => it.tabs.includes(path));
export const isSplit = (layout: Layout): boolean => layout.columns.length === 2;

function replaced(layout: Layout, at: 0 | 1, column: Column): Layout {
  const [first, second] = layout.columns;
  if (!second) return { ...layout, columns: [column] };
  return { ...layout, columns: at === 0 ? [column, second] : [first, column] };
}

/** An emptied second column, or an emptied first one beside a filled second, is folded away. */
function folded(layout: Layout): Layout {
  const kept = layout.columns.filter((it) => it.tabs.length > 0);
  if (layout.columns.length === 1 || kept.length === 2) return layout;
  return { columns: [kept[0] ?? empty], focus: 0 };
}

/** Shows a document in the focused column, or where it is already when `anywhere`. */
export function shown(layout: Layout, path: string, anywhere = false): Layout {
  const there = layout.columns[layout.focus];
  if (anywhere && !there?.tabs.includes(path)) {
    const other = layout.focus === 0 ? 1 : 0;
    if (layout.columns[other]?.tabs.includes(path)) return shown({ ...layout, focus: other }, path);
  }
  const column = there ?? empty;
  const tabs = column.tabs.includes(path) ? column.tabs : [...column.tabs, path];
  return replaced(layout, layout.focus, { tabs, active: path });
}

/** A tab in the focused column without looking at it, unless nothing else is there. */
export function behind(layout: Layout, path: string): Layout {
  const active = activeOf(layout);
  if (isOpen(layout, path)) return layout;
  return active === undefined ? shown(layout, path) : shown(shown(layout, path), active);
}

export function focused(layout: Layout, at: number): Layout {
  return at !== layout.focus && layout.columns[at] ? { ...layout, focus: at === 0 ? 0 : 1 } : layout;
}

function without(column: Column, path: string): Column {
  const at = column.tabs.indexOf(path);
  if (at < 0) return column;
  const tabs = column.tabs.filter((it) => it !== path);
  return { tabs, active: column.active === path ? tabs[Math.min(at, tabs.length - 1)] : column.active };
}

/** Takes a document out of one column. */
export function removed(layout: Layout, path: string, at: number): Layout {
  const column = layout.columns[at];
  return column ? folded(replaced(layout, at === 0 ? 0 : 1, without(column, path))) : layout;
}

/** Takes a document out of all columns. */
export function dropped(layout: Layout, path: string): Layout {
  return removed(removed(layout, path, 1), path, 0);
}

/** A second column that starts with what the first one shows. */
export function split(layout: Layout): Layout {
  const active = activeOf(layout);
  if (active === undefined) return layout;
  if (isSplit(layout)) return shown({ ...layout, focus: layout.focus === 0 ? 1 : 0 }, active);
  return { columns: [layout.columns[0], { tabs: [active], active }], focus: 1 };
}

/** Moves a tab before the tab at `index` of a column; a second column appears for it where there was none. */
export function moved(layout: Layout, path: string, from: number, to: number, index: number): Layout {
  const source = layout.columns[from];
  if (!source?.tabs.includes(path)) return layout;
  const base: Layout = to === 1 && !isSplit(layout) ? { ...layout, columns: [layout.columns[0], empty] } : layout;
  const target = base.columns[to];
  if (!target) return layout;
  const at = from === to && source.tabs.indexOf(path) < index ? index - 1 : index;
  const rest = target.tabs.filter((it) => it !== path);
  const tabs = [...rest.slice(0, at), path, ...rest.slice(at)];
  const into = to === 0 ? 0 : 1;
  const taken = from === to ? base : replaced(base, from === 0 ? 0 : 1, without(source, path));
  const placed = { ...replaced(taken, into, { tabs, active: path }), focus: into } as Layout;
  return folded(placed);
}

/** The tab beside the active one, going round. */
export function beside(layout: Layout, by: 1 | -1): string | undefined {
  const column = layout.columns[layout.focus];
  if (!column?.active) return undefined;
  const { tabs } = column;
  return tabs[(tabs.indexOf(column.active) + by + tabs.length) % tabs.length];
}
