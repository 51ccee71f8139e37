// The browser's WebUSB as the board's cable.
import type { Usb } from "./ports.ts";

/** FTDI's dual and single high-speed chips, as on the iCE40 boards. */
export const FILTERS = [{ vendorId: 0x0403, productId: 0x6010 }, { vendorId: 0x0403, productId: 0x6014 }];
/** Each packet from the chip starts with two status bytes. */
const PACKET = 512;
const STATUS = 2;
const IN = 1;
const OUT = 2;

interface Transfer {
  status: string;
  data?: DataView;
}
interface Device {
  productName?: string;
  serialNumber?: string;
  opened: boolean;
  open(): Promise<void>;
  close(): Promise<void>;
  selectConfiguration(value: number): Promise<void>;
  claimInterface(index: number): Promise<void>;
  controlTransferOut(setup: object): Promise<Transfer>;
  transferOut(endpoint: number, data: Uint8Array<ArrayBuffer>): Promise<Transfer>;
  transferIn(endpoint: number, length: number): Promise<Transfer>;
}
interface WebUsb {
  requestDevice(options: object): Promise<Device>;
}

const webUsb = (): WebUsb | undefined => (navigator as unknown as { usb?: WebUsb }).usb;

export const hasWebUsb = (): boolean => webUsb() !== undefined;

/** Removes the status bytes from what one transfer brought. */
export function payload(raw: Uint8Array): Uint8Array {
  const out: number[] = [];
  for (let at = 0; at < raw.length; at += PACKET) out.push(...raw.subarray(at + STATUS, at + PACKET));
  return Uint8Array.from(out);
}

/** Asks the user for a board and opens it. */
export async function chooseBoard(): Promise<{ name: string; usb: Usb }> {
  const found = webUsb();
  if (!found) throw new Error("this browser has no WebUSB; use Chrome, Chromium or Edge, over https or on localhost");
  const device = await found.requestDevice({ filters: FILTERS });
  await device.open();
  await device.selectConfiguration(1);
  await device.claimInterface(0);
  const name = [device.productName ?? "board", device.serialNumber].filter(Boolean).join(" ");
  return { name, usb: cable(device) };
}

function cable(device: Device): Usb {
  const ok = (transfer: Transfer) => {
    if (transfer.status !== "ok") throw new Error(`the board answered "${transfer.status}"; unplug it and try again`);
    return transfer;
  };
  return {
    control: async (request, value, index) => {
      ok(await device.controlTransferOut({ requestType: "vendor", recipient: "device", request, value, index }));
    },
    send: async (bytes) => void ok(await device.transferOut(OUT, bytes)),
    receive: async () => {
      const { data } = ok(await device.transferIn(IN, PACKET * 8));
      return data ? payload(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) : new Uint8Array();
    },
    close: () => (device.opened ? device.close() : Promise.resolve()),
  };
}
