/** Who hears what happens in the shop? One socket for all views. */
import { defineStore } from "pinia";
import { ref } from "vue";
import { type Change, type Line, LiveSocket, type LiveState } from "./socket";

type HearChange = (change: Change) => void;
type HearTyping = (conversationId: number, sender: string) => void;
type HearBack = () => void;

export const useLive = defineStore("live", () => {
  const state = ref<LiveState>("connecting");
  const people = ref<string[]>([]);
  const changes = new Set<HearChange>();
  const typings = new Set<HearTyping>();
  const backs = new Set<HearBack>();
  let socket: LiveSocket | null = null;
  let shop = "";

  function start(slug: string): void {
    if (slug === shop && socket !== null) return;
    stop();
    shop = slug;
    socket = new LiveSocket(
      {
        state(now) {
          const was = state.value;
          state.value = now;
          if (now === "live" && was !== "live") for (const hear of backs) hear();
        },
        change: (change) => changes.forEach((hear) => hear(change)),
        typing: (id, sender) => typings.forEach((hear) => hear(id, sender)),
        presence: (present) => (people.value = present),
      },
      {
        open: () => openSocket(slug),
        later(act, milliseconds) {
          const timer = setTimeout(act, milliseconds);
          return () => clearTimeout(timer);
        },
        random: Math.random,
      },
    );
    socket.start();
  }

  function stop(): void {
    socket?.stop();
    socket = null;
    state.value = "connecting";
  }

  addEventListener("online", () => socket?.hurry());
  addEventListener("offline", () => socket?.lose());

  return {
    state,
    people,
    start,
    stop,
    onChange: (hear: HearChange) => subscribe(changes, hear),
    onTyping: (hear: HearTyping) => subscribe(typings, hear),
    /** Called each time that the line is there (again), the first one included. */
    onLive: (hear: HearBack) => subscribe(backs, hear),
  };
});

function subscribe<T>(all: Set<T>, one: T): () => void {
  all.add(one);
  return () => all.delete(one);
}

function openSocket(slug: string): Line {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const address = `${scheme}://${location.host}/ws/desk/${encodeURIComponent(slug)}`;
  return new WebSocket(address) as unknown as Line;
}
