/* The behaviours of ordinary pages, each bound to its data-attribute. Every page works without them. */
import { bindConfirm } from './confirm.mjs';
import { bindCopy } from './copy.mjs';
import { focusErrorSummary } from './error-summary.mjs';
import { bindOnce } from './once.mjs';
import { bindPrint, openDetailsInPrint } from './print.mjs';

focusErrorSummary(document);
bindConfirm(document);
bindCopy(document);
bindOnce(document);
bindPrint(document);
openDetailsInPrint(window);
