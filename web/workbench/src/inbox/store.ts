/** Which conversations are there? Lists that follow what happens. */
import { defineStore } from "pinia";
import { computed, reactive, ref, shallowReactive } from "vue";
import { api, ApiError, type Counts, type Line, taken } from "../api/client";
import type { Change } from "../live/socket";
import { useSession } from "../session/store";
import { belongs, type ListName, LISTS, ordered, placed } from "./lists";

const PAGE = 100;
const GATHER_MS = 120;
/** More conversations than this changed at once: the lists are read anew. */
const MANY = 40;

interface Shown {
  ids: Set<number>;
  next: string | null;
  isRead: boolean;
  isReading: boolean;
  hasFailed: boolean;
}

type Query = { state?: "open" | "handed_over" | "served" | "closed"; served_by?: "me" };
const ASKED: Record<ListName, Query> = {
  waiting: { state: "handed_over" },
  mine: { state: "served", served_by: "me" },
  all: {},
  assistant: { state: "open" },
  closed: { state: "closed" },
};

export const useInbox = defineStore("inbox", () => {
  const session = useSession();
  const lines = shallowReactive(new Map<number, Line>());
  const counts = ref<Counts | null>(null);
  const unread = reactive(new Map<number, number>());
  const lists = reactive(
    Object.fromEntries(LISTS.map((name) => [name, empty()])) as Record<ListName, Shown>,
  );
  const open = ref<number | null>(null);
  let shop = "";
  let dirty = new Set<number>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  function enter(slug: string): void {
    if (slug === shop) return;
    shop = slug;
    lines.clear();
    unread.clear();
    counts.value = null;
    for (const name of LISTS) lists[name] = empty();
  }

  /** Read the next page of a list; the first one when nothing was read. */
  async function readOn(name: ListName): Promise<void> {
    const list = lists[name];
    if (list.isReading || (list.isRead && list.next === null)) return;
    await read(name, list.isRead ? list.next : null);
  }

  /** Read the beginning of a list that was not read yet. */
  async function begin(name: ListName): Promise<void> {
    if (!lists[name].isRead) await readOn(name);
  }

  async function read(name: ListName, after: string | null): Promise<void> {
    const list = lists[name];
    list.isReading = true;
    list.hasFailed = false;
    try {
      const query = { ...ASKED[name], limit: PAGE, ...(after === null ? {} : { after }) };
      const page = await taken(
        api.GET("/api/v1/desk/{shop}/conversations", { params: { path: { shop }, query } }),
      );
      const ids = new Set(after === null ? [] : list.ids);
      for (const line of page.items) {
        keep(line);
        ids.add(line.id);
      }
      Object.assign(list, { ids, next: page.next, isRead: true });
      counts.value = page.counts;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      list.hasFailed = true;
    } finally {
      list.isReading = false;
    }
  }

  /** Read every list that is shown anew, as after many changes. */
  async function readAnew(): Promise<void> {
    await Promise.all(LISTS.filter((name) => lists[name].isRead).map((name) => read(name, null)));
  }

  function hear(change: Change): void {
    const id = change.conversation_id;
    if (id === null) return;
    if (change.stream === "messages" && change.kind === "buyer") count(id);
    dirty.add(id);
    timer ??= setTimeout(() => void refresh(), GATHER_MS);
  }

  function count(id: number): void {
    const isSeen = open.value === id && document.visibilityState === "visible";
    if (!isSeen) unread.set(id, (unread.get(id) ?? 0) + 1);
  }

  async function refresh(): Promise<void> {
    timer = undefined;
    const ids = dirty;
    dirty = new Set();
    if (ids.size > MANY) {
      await readAnew();
      return;
    }
    const found = await Promise.allSettled([...ids].map(readLine));
    for (const one of found) if (one.status === "fulfilled") update(one.value);
    const overview = await taken(
      api.GET("/api/v1/desk/{shop}/overview", { params: { path: { shop } } }),
    ).catch(() => null);
    if (overview !== null) counts.value = overview.conversations;
  }

  async function readLine(id: number): Promise<Line> {
    const path = { shop, conversation_id: id };
    const found = await taken(
      api.GET("/api/v1/desk/{shop}/conversations/{conversation_id}", { params: { path } }),
    );
    return found.conversation;
  }

  /** Take a conversation as it is now, into the lists where it belongs. */
  function update(line: Line): void {
    keep(line);
    for (const name of LISTS) {
      const list = lists[name];
      if (!list.isRead) continue;
      const tail = list.next === null ? null : (linesOf(name).at(-1) ?? null);
      const ids = placed(list.ids, line, name, session.user, tail);
      if (ids !== null) list.ids = ids;
    }
  }

  function keep(line: Line): void {
    const known = lines.get(line.id);
    // An answer that was overtaken by a newer one tells nothing.
    if (known === undefined || known.version <= line.version) lines.set(line.id, line);
  }

  function linesOf(name: ListName): Line[] {
    const found = [...lists[name].ids].map((id) => lines.get(id)).filter((it) => it !== undefined);
    return ordered(found, name);
  }

  function look(id: number | null): void {
    open.value = id;
    if (id !== null) unread.delete(id);
  }

  const unreadOfMine = computed(() =>
    [...unread]
      .filter(([id]) => {
        const line = lines.get(id);
        return line !== undefined && (belongs(line, "mine", session.user) || line.state === "handed_over");
      })
      .reduce((sum, [, n]) => sum + n, 0),
  );

  return { lines, counts, unread, lists, unreadOfMine, enter, begin, readOn, readAnew, hear, update, linesOf, look };
});

function empty(): Shown {
  return { ids: new Set(), next: null, isRead: false, isReading: false, hasFailed: false };
}
