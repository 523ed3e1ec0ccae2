/** What is being written, and what has not left yet? Kept by conversation, over a reload. */
import { defineStore } from "pinia";
import { reactive } from "vue";
import { api, ApiError, type Finding, taken } from "../api/client";
import type { Unsent } from "./timeline";

const KEY = "xiaoer.writing";

interface Kept {
  drafts: Record<string, string>;
  unsent: Record<string, Unsent[]>;
}

export type Sent = { is: "sent" } | { is: "failed" } | { is: "objected"; code: string; findings: Finding[] } | { is: "refused"; error: ApiError };

export const useWriting = defineStore("writing", () => {
  const kept = reactive<Kept>(load());

  function save(): void {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  }

  function nameOf(shop: string, id: number): string {
    return `${shop}/${id}`;
  }

  function draftOf(shop: string, id: number): string {
    return kept.drafts[nameOf(shop, id)] ?? "";
  }

  function keepDraft(shop: string, id: number, text: string): void {
    if (text === "") delete kept.drafts[nameOf(shop, id)];
    else kept.drafts[nameOf(shop, id)] = text;
    save();
  }

  function unsentOf(shop: string, id: number): Unsent[] {
    return kept.unsent[nameOf(shop, id)] ?? [];
  }

  function drop(shop: string, id: number, clientId: string): void {
    kept.unsent[nameOf(shop, id)] = unsentOf(shop, id).filter((one) => one.clientId !== clientId);
    save();
  }

  /** Send a text; the same one again later under the same id when the line is bad. */
  async function send(shop: string, id: number, text: string, isConfirmed: boolean): Promise<{ clientId: string; outcome: Sent }> {
    const one: Unsent = { clientId: newId(), text, at: new Date().toISOString(), state: "posting", isConfirmed };
    kept.unsent[nameOf(shop, id)] = [...unsentOf(shop, id), one];
    save();
    return { clientId: one.clientId, outcome: await post(shop, id, one.clientId) };
  }

  async function post(shop: string, id: number, clientId: string): Promise<Sent> {
    const one = unsentOf(shop, id).find((it) => it.clientId === clientId);
    if (one === undefined) return { is: "sent" };
    one.state = "posting";
    try {
      await taken(
        api.POST("/api/v1/desk/{shop}/conversations/{conversation_id}/messages", {
          params: { path: { shop, conversation_id: id } },
          body: { text: one.text, client_id: clientId, is_confirmed: one.isConfirmed },
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isPassing) {
        one.state = "failed";
        save();
        return { is: "failed" };
      }
      drop(shop, id, clientId);
      return error.status === 422 && error.findings.length > 0
        ? { is: "objected", code: error.code, findings: error.findings }
        : { is: "refused", error };
    }
    return { is: "sent" };
  }

  return { draftOf, keepDraft, unsentOf, drop, send, post };
});

function load(): Kept {
  const empty: Kept = { drafts: {}, unsent: {} };
  const text = sessionStorage.getItem(KEY);
  if (text === null) return empty;
  const kept = { ...empty, ...(JSON.parse(text) as Partial<Kept>) };
  // What was on its way when the page was left may have arrived: the same id tells.
  for (const all of Object.values(kept.unsent)) for (const one of all) one.state = "failed";
  return kept;
}

/** An id nobody else has; browsers give randomUUID only to pages of https. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
