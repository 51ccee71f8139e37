// Which file belongs to which language server: all that the page needs to know before there is one.

/** Of these files a server is told the text; the language as the protocol calls it. */
const BY_EXTENSION: Record<string, { server: string; id: string }> = {
  c: { server: "cpp", id: "c" }, h: { server: "cpp", id: "cpp" }, cc: { server: "cpp", id: "cpp" }, cpp: { server: "cpp", id: "cpp" },
  cxx: { server: "cpp", id: "cpp" }, hpp: { server: "cpp", id: "cpp" }, hh: { server: "cpp", id: "cpp" }, ino: { server: "cpp", id: "cpp" },
  py: { server: "python", id: "python" },
  v: { server: "verilog", id: "verilog" }, vh: { server: "verilog", id: "verilog" },
  sv: { server: "verilog", id: "systemverilog" }, svh: { server: "verilog", id: "systemverilog" },
};

/** Servers read a text whole and more than once; beyond this they only get in the way. */
export const SERVED_MAX = 1024 * 1024;

export function serverOf(path: string): { server: string; id: string } | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}
