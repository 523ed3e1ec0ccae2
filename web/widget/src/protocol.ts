/** What goes over the socket; docs/chat.md describes it. */

export type Sender = "buyer" | "assistant" | "agent" | "system";
export type Phase = "assistant" | "waiting" | "person" | "closed";

export interface ItemCard {
  kind: "item";
  id: string;
  title: string;
  price_fen?: number | null;
}

export interface OrderCard {
  kind: "order";
  id: string;
  title: string;
  state: string;
}

export type Card = ItemCard | OrderCard;

export interface Message {
  id: number;
  client_id: string | null;
  sender: Sender;
  is_automatic: boolean;
  text: string;
  sent_at: string;
  buttons: string[];
  /** Addresses of the shop's pictures. */
  attachments?: string[];
  picture: string | null;
  card: Card | null;
}

export interface ShopLook {
  name: string;
  colour: string | null;
  position: string | null;
  privacy_url: string | null;
}

export interface Status {
  phase: Phase;
  position?: number | null;
  is_staffed: boolean;
  opens_at?: string | null;
}

export type ServerFrame =
  | { type: "welcome"; token: string; is_identified: boolean; shop: ShopLook }
  | {
      type: "messages";
      messages: Message[];
      is_history: boolean;
      has_more: boolean;
    }
  | { type: "taken"; client_id: string; id: number; sent_at: string }
  | {
      type: "refused";
      client_id: string | null;
      code: string;
      message: string;
      retry_after?: number | null;
    }
  | ({ type: "status" } & Status)
  | { type: "typing"; sender: "assistant" | "agent" }
  | { type: "reset" }
  | { type: "rated" }
  | { type: "error"; code: string; message: string };

/** What the page is about. */
export interface Subject {
  item_id?: string;
  order_id?: string;
}

/** Who the shop says the buyer is. */
export interface Identity {
  user_id?: string;
  user_hash?: string;
  user_name?: string;
}

export interface Hello extends Identity {
  type: "hello";
  token?: string;
  /** Everything after this id; without it, the newest page. */
  after?: number;
}

export interface OutgoingMessage extends Subject {
  type: "message";
  id: string;
  text?: string;
  picture?: string;
}

export type ClientFrame =
  | Hello
  | OutgoingMessage
  | ({ type: "identify" } & Identity)
  | { type: "typing" }
  | { type: "history"; before: number }
  | { type: "rating"; stars: number; reason?: string };

/** The text without halves of characters, which nobody could read or store. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** A frame as it goes over the line; whatever a page calls its buyer is readable. */
export function encoded(frame: ClientFrame): string {
  return JSON.stringify(frame, (_, value: unknown) =>
    typeof value === "string" ? wellFormed(value) : value,
  );
}

export const LARGEST_FRAME = 16 * 1024;

/** Close codes after which connecting again would change nothing. */
export const FINAL_CODES: readonly number[] = [4401, 4403, 4404];
/** A frame of ours was none. */
export const NOT_UNDERSTOOD = 4400;
/** Close codes after which coming back soon would change nothing either. */
export const PATIENT_CODES: readonly number[] = [NOT_UNDERSTOOD, 4429];
