/* What the holder's own pages do beside what every page does. They work without it. */
import { bindClosing, bindLeave, bindReturn } from './ownclosing.mjs';

bindLeave(document);
bindClosing(document);
bindReturn(window);
