/** Which view stands at which address? All of them behind the page's #. */
import { createRouter, createWebHashHistory, type Router } from "vue-router";
import { LISTS } from "./inbox/lists";
import { useSession } from "./session/store";

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: "/login", name: "login", component: () => import("./session/LoginPage.vue") },
      { path: "/password", name: "password", component: () => import("./session/PasswordPage.vue") },
      {
        path: "/:shop",
        component: () => import("./shell/AppFrame.vue"),
        children: [
          {
            path: `inbox/:list(${LISTS.join("|")})/:id(\\d+)?`,
            name: "inbox",
            component: () => import("./inbox/InboxPage.vue"),
          },
        ],
      },
      { path: "/", name: "home", component: () => import("./session/LoginPage.vue") },
      { path: "/:elsewhere(.*)*", redirect: "/" },
    ],
  });
  router.beforeEach(async (to) => {
    const session = useSession();
    await session.find().catch(() => undefined);
    const found = session.session;
    if (found === null) return to.name === "login" ? true : { name: "login" };
    if (found.must_change_password) return to.name === "password" ? true : { name: "password" };
    if (to.name === "login" || to.name === "home") {
      const [shop] = session.shops;
      return shop === undefined ? true : { name: "inbox", params: { shop, list: "waiting" } };
    }
    const { shop } = to.params;
    if (typeof shop === "string" && session.roleIn(shop) === null) return { name: "home" };
    return true;
  });
  return router;
}
