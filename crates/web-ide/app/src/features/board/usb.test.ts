import { afterEach, expect, test, vi } from "vitest";
import { FakeBoard } from "./fake.ts";
import { Board } from "./flash.ts";
import { chooseBoard, FILTERS, hasWebUsb, payload } from "./usb.ts";

afterEach(() => vi.unstubAllGlobals());

test("the status bytes of every packet are left out", () => {
  const raw = new Uint8Array(512 + 5).fill(7);
  raw.set([0x32, 0x60], 0);
  raw.set([0x32, 0x60], 512);
  expect(payload(raw)).toEqual(new Uint8Array(513).fill(7));
  expect(payload(Uint8Array.of(0x32, 0x60))).toHaveLength(0);
});

test("a board behind the browser's interface is programmed", async () => {
  const fake = new FakeBoard();
  const log: unknown[] = [];
  const device = {
    productName: "Lattice FTUSB", serialNumber: "0001", opened: true,
    open: async () => log.push("open"), close: async () => log.push("close"),
    selectConfiguration: async (value: number) => log.push(["configuration", value]),
    claimInterface: async (index: number) => log.push(["claim", index]),
    controlTransferOut: async (setup: { request: number; value: number; index: number }) => {
      await fake.control(setup.request, setup.value, setup.index);
      return { status: "ok" };
    },
    transferOut: async (endpoint: number, data: Uint8Array) => (expect(endpoint).toBe(2), await fake.send(data), { status: "ok" }),
    transferIn: async () => {
      const bytes = await fake.receive();
      return { status: "ok", data: new DataView(Uint8Array.of(0x32, 0x60, ...bytes).buffer) };
    },
  };
  vi.stubGlobal("navigator", { usb: { requestDevice: async (options: object) => (expect(options).toEqual({ filters: FILTERS }), device) } });
  expect(hasWebUsb()).toBe(true);
  const { name, usb } = await chooseBoard();
  expect(name).toBe("Lattice FTUSB 0001");
  const bytes = Uint8Array.from({ length: 600 }, (_, at) => at & 0xff);
  bytes.set([0x7e, 0xaa, 0x99, 0x7e]);
  let time = 0;
  await new Board(usb, { now: () => time++, wait: async () => {} }, { say: () => {}, done: () => {} }).program(bytes);
  expect(fake.flash.subarray(0, 600)).toEqual(bytes);
  expect(log).toEqual(["open", ["configuration", 1], ["claim", 0], "close"]);
});

test("a browser without WebUSB says what to do", async () => {
  vi.stubGlobal("navigator", {});
  expect(hasWebUsb()).toBe(false);
  await expect(chooseBoard()).rejects.toThrow("no WebUSB");
});
