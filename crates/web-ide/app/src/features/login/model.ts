// What a login link's address says, and where to go after it.

/** The secret of `/login?link=…`: a name of plain characters, so that nothing else is ever sent as one. */
export function linkSecret(search: string): string | undefined {
  const link = new URLSearchParams(search).get("link") ?? "";
  return /^[A-Za-z0-9_-]{16,128}$/.test(link) ? link : undefined;
}

/** Back to the page that asked for the login, never to another site. */
export function afterLogin(from: string): string {
  return from.startsWith("/") && !from.startsWith("//") && from !== "/login" && from !== "/" ? from : "/repositories";
}
