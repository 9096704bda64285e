declare const brand: unique symbol;

/** A primitive that the compiler keeps apart from its siblings: a `UserId` is not a `SessionId`. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
