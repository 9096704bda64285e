/** Injects the `Checkout` that the process was started from. */
export const CHECKOUT = Symbol('Checkout');
