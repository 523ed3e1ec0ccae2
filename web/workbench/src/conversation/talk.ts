/** One open conversation: what was said, what happened, and what one does with it. */
import { computed, onUnmounted, ref, shallowRef } from "vue";
import { api, ApiError, type Details, type Happening, type Message, type Suggestion, taken } from "../api/client";
import { tell } from "../errors";
import { useInbox } from "../inbox/store";
import { useLive } from "../live/store";
import { useSession } from "../session/store";
import { joined, timeline } from "./timeline";
import { useWriting } from "./writing";

const ONE = "/api/v1/desk/{shop}/conversations/{conversation_id}";
const UNSETTLED = new Set(["pending", "sending"]);
const LOOK_AGAIN_MS = 3000;
const TYPING_MS = 6000;

export function useTalk(shop: string, id: number) {
  const inbox = useInbox();
  const live = useLive();
  const session = useSession();
  const writing = useWriting();
  const params = { path: { shop, conversation_id: id } };
  const details = shallowRef<Details | null>(null);
  const messages = shallowRef<Message[]>([]);
  const events = shallowRef<Happening[]>([]);
  const suggestions = shallowRef<Suggestion[] | null>(null);
  const hasFailed = ref(false);
  const suggestionsFailed = ref(false);
  const isTyping = ref(false);
  const older = ref<string | null>(null);
  let next: string | null = null;
  let nextEvent: string | null = null;
  let isGone = false;
  let reading: Promise<void> = Promise.resolve();
  let typingTimer: ReturnType<typeof setTimeout> | undefined;
  let settleTimer: ReturnType<typeof setTimeout> | undefined;

  const line = computed(() => details.value?.conversation ?? null);
  const isMine = computed(() => line.value?.state === "served" && line.value.served_by === session.user);
  const servedByOther = computed(() => (line.value?.state === "served" && !isMine.value ? line.value.served_by : null));
  const mayTake = computed(() => servedByOther.value === null || session.isManagerIn(shop));
  const entries = computed(() => timeline(messages.value, events.value, writing.unsentOf(shop, id)));

  /** Read one after the other, so that an older answer never follows a newer one. */
  function inTurn(work: () => Promise<void>): Promise<void> {
    reading = reading.then(async () => {
      if (isGone) return;
      try {
        await work();
        hasFailed.value = false;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        hasFailed.value = details.value === null;
      }
    });
    return reading;
  }

  async function readDetails(): Promise<void> {
    take(await taken(api.GET(ONE, { params })));
  }

  function take(found: Details): void {
    details.value = found;
    inbox.update(found.conversation);
  }

  async function readNewest(): Promise<void> {
    const page = await taken(api.GET(`${ONE}/messages`, { params }));
    if (next === null) older.value = page.previous;
    next = page.next;
    messages.value = joined(messages.value, page.items);
    settle();
  }

  async function readNewer(): Promise<void> {
    if (next === null) return readNewest();
    for (;;) {
      const query: { after: string; limit: number } = { after: next ?? "", limit: 200 };
      const page = await taken(api.GET(`${ONE}/messages`, { params: { ...params, query } }));
      next = page.next;
      messages.value = joined(messages.value, page.items);
      if (page.items.length < 200) break;
    }
    settle();
  }

  async function readOlder(): Promise<void> {
    const before = older.value;
    if (before === null) return;
    const page = await taken(api.GET(`${ONE}/messages`, { params: { ...params, query: { before, limit: 100 } } }));
    older.value = page.previous;
    messages.value = joined(messages.value, page.items);
  }

  async function readEvents(): Promise<void> {
    for (;;) {
      const query: { limit: number; after?: string } = nextEvent === null ? { limit: 200 } : { limit: 200, after: nextEvent };
      const page = await taken(api.GET(`${ONE}/events`, { params: { ...params, query } }));
      const known = new Map(events.value.map((one) => [one.id, one]));
      for (const one of page.items) known.set(one.id, one);
      events.value = [...known.values()];
      if (page.next === null) break;
      nextEvent = page.next;
    }
  }

  async function readSuggestions(): Promise<void> {
    try {
      const found = await taken(api.GET(`${ONE}/suggestions`, { params }));
      suggestions.value = found.items;
      suggestionsFailed.value = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      suggestionsFailed.value = true;
    }
  }

  /** Look again at messages that are on their way, until each has arrived or is dead. */
  function settle(): void {
    clearTimeout(settleTimer);
    if (isGone || !messages.value.some((one) => UNSETTLED.has(one.delivery ?? ""))) return;
    settleTimer = setTimeout(() => {
      void inTurn(async () => {
        const page = await taken(api.GET(`${ONE}/messages`, { params }));
        messages.value = joined(messages.value, page.items);
      }).then(settle);
    }, LOOK_AGAIN_MS);
  }

  function readAll(): void {
    void inTurn(readDetails);
    void inTurn(readNewer);
    void inTurn(readEvents);
    void readSuggestions();
  }

  const leaves = [
    live.onChange((change) => {
      if (change.conversation_id !== id) return;
      if (change.stream === "messages") {
        if (change.kind === "buyer") {
          isTyping.value = false;
          void readSuggestions();
        }
        void inTurn(readNewer);
      } else if (change.stream === "conversation_events") void inTurn(readEvents);
      void inTurn(readDetails);
    }),
    live.onTyping((one, sender) => {
      if (one !== id || sender !== "buyer") return;
      isTyping.value = true;
      clearTimeout(typingTimer);
      typingTimer = setTimeout(() => (isTyping.value = false), TYPING_MS);
    }),
    live.onLive(() => {
      readAll();
      for (const one of writing.unsentOf(shop, id)) if (one.state === "failed") void retry(one.clientId);
    }),
  ];
  onUnmounted(() => {
    isGone = true;
    clearTimeout(settleTimer);
    clearTimeout(typingTimer);
    for (const leave of leaves) leave();
  });

  /** Change the conversation; true when it worked. Of a stale one, what is now is read. */
  async function change(asked: () => Promise<Details>): Promise<boolean> {
    try {
      take(await asked());
      void inTurn(readEvents);
      return true;
    } catch (error) {
      tell(error);
      void inTurn(readDetails);
      return false;
    }
  }

  const version = () => line.value?.version ?? 0;
  const takeOver = () => change(() => taken(api.POST(`${ONE}/take-over`, { params, body: { version: version() } })));
  const release = () => change(() => taken(api.POST(`${ONE}/release`, { params, body: { version: version() } })));
  const close = (reason: string) => change(() => taken(api.POST(`${ONE}/close`, { params, body: { version: version(), reason } })));
  const note = (text: string) => change(() => taken(api.POST(`${ONE}/notes`, { params, body: { text } })));
  const transfer = (to: string) => change(() => taken(api.POST(`${ONE}/transfer`, { params, body: { version: version(), to } })));

  /** The message is stored: show it in the place of what was unsent. */
  async function arrived(clientId: string): Promise<void> {
    await inTurn(readNewer);
    writing.drop(shop, id, clientId);
  }

  async function send(text: string, isConfirmed: boolean) {
    const { clientId, outcome } = await writing.send(shop, id, text, isConfirmed);
    if (outcome.is === "sent") {
      await arrived(clientId);
      void inTurn(readDetails);
    }
    return outcome;
  }

  async function retry(clientId: string): Promise<void> {
    const outcome = await writing.post(shop, id, clientId);
    if (outcome.is === "sent") await arrived(clientId);
    else if (outcome.is === "refused") tell(outcome.error);
  }

  readAll();
  return { details, line, entries, suggestions, suggestionsFailed, hasFailed, isTyping, older, isMine, servedByOther, mayTake, readAll, readOlder: () => inTurn(readOlder), takeOver, release, close, note, transfer, send, retry };
}

export type Talk = ReturnType<typeof useTalk>;
