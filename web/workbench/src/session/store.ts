/** Who is logged in, in which shop, and what may they do? */
import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { api, ApiError, onSignedOut, type Session, taken, useToken } from "../api/client";

export const useSession = defineStore("session", () => {
  const session = ref<Session | null>(null);
  const isKnown = ref(false);

  function take(found: Session | null): void {
    session.value = found;
    isKnown.value = true;
    useToken(found?.csrf_token ?? "");
  }

  /** Find out whether somebody is logged in; asked once. */
  async function find(): Promise<void> {
    if (isKnown.value) return;
    try {
      take(await taken(api.GET("/api/v1/session")));
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      take(null);
    }
  }

  async function logIn(user: string, password: string, code: string): Promise<void> {
    const body = { user, password, code: code === "" ? null : code };
    take(await taken(api.POST("/api/v1/session", { body })));
  }

  async function logOut(): Promise<void> {
    await taken(api.DELETE("/api/v1/session"));
    forget();
  }

  async function changePassword(old: string, fresh: string): Promise<void> {
    await taken(api.PUT("/api/v1/session/password", { body: { old, new: fresh } }));
    take(await taken(api.GET("/api/v1/session")));
  }

  function forget(): void {
    take(null);
    // What was being written is somebody's own.
    sessionStorage.clear();
  }

  onSignedOut(() => take(null));

  return {
    session,
    shops: computed(() => Object.keys(session.value?.roles ?? {}).sort()),
    user: computed(() => session.value?.user ?? ""),
    roleIn: (shop: string) => session.value?.roles[shop] ?? null,
    isManagerIn: (shop: string) =>
      ["manager", "admin"].includes(session.value?.roles[shop] ?? ""),
    find,
    logIn,
    logOut,
    changePassword,
  };
});
