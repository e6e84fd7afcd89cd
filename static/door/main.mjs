/*
 * Starts the tablet: opens the store, has the parts made and bound, and lets them go. No rules of its own.
 */

import { look, redraw } from "./base.mjs";
import { bindBookings } from "./bookingsheet.mjs";
import { readConfig } from "./config.mjs";
import { hook } from "./dom.mjs";
import { watchEviction } from "./eviction.mjs";
import { askToKeep, offerInstall } from "./install.mjs";
import { bindLanguageButtons, createLanguage } from "./language.mjs";
import { canKeepPage, keepPage } from "./offline.mjs";
import { bindSettings, bindTextSize } from "./preferences.mjs";
import { bindPractice } from "./practiceview.mjs";
import { bindRescue } from "./rescuepanel.mjs";
import { bindRoutine } from "./routine.mjs";
import { bindSheets } from "./sheets.mjs";
import { bindSelftest } from "./selftestsheet.mjs";
import { openStore } from "./store.mjs";
import { tabletOver } from "./tablet.mjs";

// How long the camera waits for a first programme: without a network there is none, and visits are to the house.
const FIRST_PROGRAMME_MS = 3000;

const config = readConfig();
const language = createLanguage(config);

language.follow();
bindLanguageButtons(language);
bindTextSize();
openStore().then(start, () => {
  hook("storage-failed").hidden = false;
});

async function start(store) {
  const tablet = tabletOver({ store, config, language });
  bindSheets(tablet);
  bindBookings(tablet);
  bindRescue(tablet);
  bindPractice(tablet);
  bindSelftest(tablet, config);
  const programme = bindRoutine(tablet);
  await bindSettings(tablet);
  language.onChange(() => redraw(tablet));
  await tablet.session.recall();
  // A card that is before the camera already would count for no event.
  if (tablet.session.fetchedAt === null) await Promise.race([programme, pause(FIRST_PROGRAMME_MS)]);
  await Promise.all([look(tablet), tablet.camera.begin()]);
  await watchEviction({ ...tablet, onMended: () => tablet.session.refresh().catch(() => {}) });
  await offerInstall(tablet);
  document.documentElement.dataset.ready = "";
  tablet.sender.start();
  await stay(tablet);
}

function pause(milliseconds) {
  return new Promise((go) => setTimeout(go, milliseconds));
}

/** Have the browser keep the page and what it records; where it cannot, say so and carry on with the network. */
async function stay({ quiet, outbox }) {
  askToKeep();
  const isIdle = async () => quiet.isQuiet() && (await outbox.counts()).waiting === 0;
  const isKept = canKeepPage() && await keepPage({ address: config.urls.offline, isIdle });
  hook("offline-unavailable").hidden = isKept;
}
