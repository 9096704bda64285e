/** The part of sodium-native that this library uses; the package ships no types. */
declare module 'sodium-native' {
  interface Sodium {
    readonly crypto_pwhash_STRBYTES: number;
    crypto_pwhash_str_async(
      out: Buffer,
      password: Buffer,
      passes: number,
      memoryBytes: number,
    ): Promise<void>;
    crypto_pwhash_str_verify_async(hash: Buffer, password: Buffer): Promise<boolean>;
  }
  const sodium: Sodium;
  export default sodium;
}
