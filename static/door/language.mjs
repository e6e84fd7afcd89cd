/*
 * The page's language: one of those in the configuration, switched without a reload and remembered in a cookie that
 * the server reads too. Words with their plurals; days and hours are in moments.mjs.
 */

import { fill } from "../js/numberhint.mjs";

const YEAR_S = 365 * 24 * 3600;
const COOKIE = "kaiku_language";

/** Return the language of a page: {current, say, count, pick, change, follow, apply, onChange}. */
export function createLanguage({ texts, language }, page = document) {
  let current = texts[language] ? language : "fi";
  const listeners = [];

  const say = (key, values) => fill(texts[current][key] ?? key, values);

  /** Say a number of people: "1 adult", "2 children". */
  const count = (key, number) => {
    const form = new Intl.PluralRules(current).select(number) === "one" ? "one" : "other";
    return say(`${key}_${form}`, { count: number });
  };

  /** Pick the reader's version of a text that comes in several languages. */
  const pick = (versions) => versions?.[current] || versions?.fi || "";

  const turnTo = (chosen) => {
    current = chosen;
    apply(page.documentElement);
    for (const listener of listeners) listener();
  };

  const change = (chosen) => {
    if (!texts[chosen] || chosen === current) return;
    page.cookie = `${COOKIE}=${chosen}; path=/; max-age=${YEAR_S}; samesite=lax`;
    turnTo(chosen);
  };

  /** Turn a page that was kept, in nobody's language, into the reader's. */
  const follow = () => {
    const chosen = page.cookie.split(/;\s*/u).find((part) => part.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
    if (texts[chosen] && chosen !== current) turnTo(chosen);
  };

  /** Rewrite the words that the template has put into the page. */
  const apply = (root) => {
    page.documentElement.lang = current;
    page.title = say(page.documentElement.dataset.title);
    for (const node of root.querySelectorAll("[data-text]")) node.textContent = say(node.dataset.text);
    for (const node of root.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
    for (const node of root.querySelectorAll("[data-language]")) {
      node.setAttribute("aria-pressed", String(node.dataset.language === current));
    }
  };

  return {
    get current() {
      return current;
    },
    get words() {
      return texts[current];
    },
    say,
    count,
    pick,
    change,
    follow,
    apply,
    onChange: (listener) => listeners.push(listener),
  };
}

/** Make the language buttons of the page work. */
export function bindLanguageButtons(language, page = document) {
  for (const button of page.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => language.change(button.dataset.language));
  }
}
