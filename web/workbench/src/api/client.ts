/** How does the workbench ask the server? One typed client, one kind of error. */
import createClient from "openapi-fetch";
import type { components, paths } from "../../generated/schema";

export type Schemas = components["schemas"];
export type Line = Schemas["ConversationLineBody"];
export type Details = Schemas["ConversationBody"];
export type Message = Schemas["DeskMessageBody"];
export type Happening = Schemas["EventBody"];
export type Counts = Schemas["ConversationCountsBody"];
export type Finding = Schemas["GuardFindingBody"];
export type Suggestion = Schemas["SuggestionBody"];
export type FoundScript = Schemas["FoundScriptBody"];
export type Session = Schemas["SessionBody"];

/** What the server refuses, or that it was not reached (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    /** Of 422: what the guard objects to. */
    readonly findings: Finding[] = [],
    readonly servedBy: string | null = null,
    /** Seconds after which to try again. */
    readonly retryAfter: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later without any change. */
  get isPassing(): boolean {
    return this.status === 0 || this.status >= 500 || this.status === 429;
  }
}

let csrfToken = "";
let signedOut: () => void = () => undefined;

/** Send this token with whatever changes something. */
export function useToken(token: string): void {
  csrfToken = token;
}

/** Call this when the server says that the login has ended. */
export function onSignedOut(act: () => void): void {
  signedOut = act;
}

export const api = createClient<paths>({ baseUrl: location.origin });
api.use({
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF-Token", csrfToken);
    return request;
  },
  onError() {
    return new ApiError(0, "unreachable", "the server was not reached");
  },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** Return what was answered; throws `ApiError` for anything but success. */
export async function taken<T>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked;
  if (answer.response.ok) return answer.data as T;
  const error = readError(answer.response, answer.error);
  if (error.code === "not_signed_in") signedOut();
  throw error;
}

function readError(response: Response, body: unknown): ApiError {
  const error = isRecord(body) && isRecord(body["error"]) ? body["error"] : {};
  const text = (name: string) =>
    typeof error[name] === "string" ? (error[name] as string) : null;
  const after = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return new ApiError(
    response.status,
    text("code") ?? "unknown",
    text("message") ?? response.statusText,
    text("field"),
    Array.isArray(error["findings"]) ? (error["findings"] as Finding[]) : [],
    text("served_by"),
    Number.isFinite(after) ? after : null,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
