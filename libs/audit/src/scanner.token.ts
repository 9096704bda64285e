/** Injects the installation's one `Scanner`: whatever is stored or shown passes it (threat T24). */
export const SCANNER = Symbol('Scanner');
