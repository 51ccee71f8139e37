// xterm.js around an attachment: bytes to the screen, keys to the attachment, one live socket beneath.
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { LiveSocket, Transport } from "../../transport.ts";
import { readFrame, writeFrame } from "./frames.ts";
import { putKept, takeKept } from "./keep.ts";
import { Attachment, ENDED_TEXT, type Action } from "./model.ts";

/** Lines that can be scrolled back to. */
const SCROLLBACK = 5_000;

export interface ScreenTold {
  up(up: boolean): void;
  ended(text: string, code?: number): void;
  refused(text: string): void;
  /** Reads along; undefined at the end. */
  output?(bytes: Uint8Array | undefined): void;
}

/** A client's name: 1–64 plain characters, new for every page. */
function clientName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Screen {
  readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly attachment: Attachment;
  private readonly socket: LiveSocket;
  private readonly told: ScreenTold;
  private readonly observer: ResizeObserver;
  private send: (data: Uint8Array<ArrayBuffer>) => void = () => {};
  /** Output up to here is a repetition: whoever it asked has been answered. */
  private liveAt = 0;
  private written = 0;
  private readonly leave: () => void;

  constructor(element: HTMLElement, transport: Transport, session: string, id: string, told: ScreenTold) {
    this.told = told;
    this.attachment = new Attachment(clientName(), takeKept(sessionStorage, session, id));
    this.leave = () => {
      if (!this.attachment.over) putKept(sessionStorage, session, id, this.attachment.keep());
    };
    window.addEventListener("pagehide", this.leave);
    this.terminal = new Terminal({
      fontFamily: getComputedStyle(element).fontFamily, fontSize: 13, scrollback: SCROLLBACK, cursorBlink: false,
      screenReaderMode: false, macOptionIsMeta: true, theme: colours(element),
    });
    this.terminal.loadAddon(this.fit);
    this.silenceRepeats();
    this.terminal.open(element);
    this.terminal.onData((text) => this.type(new TextEncoder().encode(text)));
    this.terminal.onBinary((text) => this.type(Uint8Array.from(text, (it) => it.charCodeAt(0))));
    this.terminal.onResize((size) => this.run(this.attachment.resize(size)));
    this.observer = new ResizeObserver(() => element.clientHeight > 0 && this.fit.fit());
    this.observer.observe(element);
    this.fit.fit();
    this.run(this.attachment.resize({ cols: this.terminal.cols, rows: this.terminal.rows }));
    this.socket = transport.socket({
      path: () => `/s/${session}/terminal/${id}?client=${this.attachment.client}&since=${this.attachment.since}`,
      open: (send) => {
        this.send = send;
        this.attachment.connected();
      },
      message: (data) => {
        const frame = data instanceof ArrayBuffer ? readFrame(data) : undefined;
        if (frame) this.run(this.attachment.frame(frame));
        told.up(this.attachment.up);
      },
      closed: (code) => {
        this.run(this.attachment.closed(code));
        told.up(this.attachment.over);
        return !this.attachment.over;
      },
      beat: () => this.run(this.attachment.beat()),
    });
  }

  type(bytes: Uint8Array): void {
    const actions = this.attachment.input(bytes);
    if (actions) this.run(actions);
    else this.told.refused("too much is waiting to be typed; paste it again once the line is back, or upload a file");
  }

  recolour(element: HTMLElement): void {
    this.terminal.options.theme = colours(element);
  }

  dispose(): void {
    window.removeEventListener("pagehide", this.leave);
    this.observer.disconnect();
    this.socket.stop();
    this.terminal.dispose();
  }

  private run(actions: Action[]): void {
    for (const action of actions) {
      switch (action.do) {
        case "send":
          this.send(writeFrame(action.frame));
          break;
        case "write": {
          const end = this.attachment.since;
          this.terminal.write(action.bytes, () => (this.written = end));
          this.told.output?.(action.bytes);
          break;
        }
        case "lost":
          this.terminal.write(`\r\n\x1b[90m[${action.bytes} bytes of output are no longer kept]\x1b[0m\r\n`);
          break;
        case "live":
          this.liveAt = action.at;
          break;
        case "exit":
          this.told.output?.(undefined);
          this.terminal.write(`\r\n\x1b[90m[ended with ${action.code}]\x1b[0m\r\n`);
          this.told.ended(action.code === 0 ? "ended" : `ended with ${action.code}`, action.code);
          break;
        case "fail":
          this.told.ended(ENDED_TEXT[action.why]);
          break;
      }
    }
  }

  /** Output that is shown again asks the terminal again who it is; answering would type into the shell. */
  private silenceRepeats(): void {
    const repeated = () => this.written < this.liveAt;
    const { parser } = this.terminal;
    for (const id of [{ final: "c" }, { prefix: ">", final: "c" }, { final: "n" }, { prefix: "?", final: "n" }]) {
      parser.registerCsiHandler(id, repeated);
    }
    for (const id of [4, 10, 11, 12]) parser.registerOscHandler(id, (data) => repeated() && data.includes("?"));
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, repeated);
    // What a slot prints must not reach the user's clipboard.
    parser.registerOscHandler(52, () => true);
  }
}

/** The page's own colours, as the terminal wants them: resolved. */
function colours(element: HTMLElement): Record<string, string> {
  const probe = document.createElement("span");
  element.append(probe);
  const of = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const theme = {
    background: of("sunk"), foreground: of("ink"), cursor: of("accent"), cursorAccent: of("sunk"),
    selectionBackground: of("select"), black: of("t-black"), red: of("t-red"), green: of("t-green"), yellow: of("t-yellow"),
    blue: of("t-blue"), magenta: of("t-magenta"), cyan: of("t-cyan"), white: of("t-white"), brightBlack: of("soft"),
    brightRed: of("t-red"), brightGreen: of("t-green"), brightYellow: of("t-yellow"), brightBlue: of("t-blue"),
    brightMagenta: of("t-magenta"), brightCyan: of("t-cyan"), brightWhite: of("ink"),
  };
  probe.remove();
  return theme;
}
