// Written by scripts/types.mjs from carrel.notes.v1; do not edit.
import * as w from "../wire.ts";

export interface OpenNotesRequest {
  repository: string;
}
export const OpenNotesRequest: w.Schema<OpenNotesRequest> = {
  repository: w.str,
};

export interface Notes {
  document: string;
  mayWrite: boolean;
  title: string;
}
export const Notes: w.Schema<Notes> = {
  document: w.str,
  mayWrite: w.bool,
  title: w.str,
};

export interface CreateDocumentTicketRequest {
  document: string;
}
export const CreateDocumentTicketRequest: w.Schema<CreateDocumentTicketRequest> = {
  document: w.str,
};

export interface DocumentTicket {
  ticket: string;
  expiresAt: number;
}
export const DocumentTicket: w.Schema<DocumentTicket> = {
  ticket: w.str,
  expiresAt: w.int64,
};

export const NotesService = {
  openNotes: w.method("NotesService", "OpenNotes", OpenNotesRequest, Notes),
  createDocumentTicket: w.method("NotesService", "CreateDocumentTicket", CreateDocumentTicketRequest, DocumentTicket),
};
