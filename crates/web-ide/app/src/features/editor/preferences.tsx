// The window in which the editor is set up.
import { For, type JSX } from "solid-js";
import { Dialog } from "../../ui/parts.tsx";
import { FONT_SIZES, TAB_SIZES, type Settings } from "./settings.ts";
import "./dialogs.css";

export default function SettingsDialog(props: { settings: Settings; set: (next: Partial<Settings>) => void; close: () => void }): JSX.Element {
  const check = (name: "wrap" | "whitespace" | "formatOnSave", text: string): JSX.Element => (
    <label class="check">
      <input type="checkbox" checked={props.settings[name]} onChange={(event) => props.set({ [name]: event.currentTarget.checked })} />
      {text}
    </label>
  );
  return (
    <Dialog title="Editor settings" close={props.close}>
      <div class="settings">
        <label>
          Text size
          <select value={props.settings.fontSize} onChange={(event) => props.set({ fontSize: Number(event.currentTarget.value) })}>
            <For each={FONT_SIZES}>{(it) => <option value={it}>{it}</option>}</For>
          </select>
        </label>
        <label>
          Indentation, in spaces
          <select value={props.settings.tabSize} onChange={(event) => props.set({ tabSize: Number(event.currentTarget.value) })}>
            <For each={TAB_SIZES}>{(it) => <option value={it}>{it}</option>}</For>
          </select>
        </label>
        {check("wrap", "Wrap long lines")}
        {check("whitespace", "Show spaces and tabs")}
        {check("formatOnSave", "Format when saving, where the language server can")}
      </div>
      <p class="hint">Kept in this browser.</p>
      <div class="row"><button type="button" autofocus onClick={() => props.close()}>Close</button></div>
    </Dialog>
  );
}
