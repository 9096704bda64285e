import native from 'sodium-native';

/** The part of sodium-native that this library uses; the package ships no types. */
export interface Sodium {
  readonly crypto_aead_xchacha20poly1305_ietf_ABYTES: number;
  readonly crypto_aead_xchacha20poly1305_ietf_KEYBYTES: number;
  readonly crypto_aead_xchacha20poly1305_ietf_NPUBBYTES: number;
  readonly crypto_box_PUBLICKEYBYTES: number;
  readonly crypto_box_SECRETKEYBYTES: number;
  readonly crypto_box_SEALBYTES: number;
  readonly crypto_sign_BYTES: number;
  readonly crypto_sign_PUBLICKEYBYTES: number;
  readonly crypto_sign_SECRETKEYBYTES: number;
  sodium_malloc(bytes: number): Buffer;
  sodium_memzero(buffer: Buffer): void;
  randombytes_buf(buffer: Buffer): void;
  crypto_scalarmult_base(publicKey: Buffer, privateKey: Buffer): void;
  crypto_sign_seed_keypair(publicKey: Buffer, privateKey: Buffer, seed: Buffer): void;
  crypto_sign_detached(signature: Buffer, message: Buffer, privateKey: Buffer): void;
  crypto_sign_verify_detached(signature: Buffer, message: Buffer, publicKey: Buffer): boolean;
  crypto_box_seal(sealed: Buffer, message: Buffer, publicKey: Buffer): void;
  crypto_box_seal_open(message: Buffer, sealed: Buffer, publicKey: Buffer, privateKey: Buffer): boolean;
  crypto_generichash(out: Buffer, message: Buffer, key?: Buffer): void;
  crypto_aead_xchacha20poly1305_ietf_encrypt(
    sealed: Buffer,
    message: Buffer,
    additional: Buffer,
    secretNonce: null,
    nonce: Buffer,
    key: Buffer,
  ): number;
  crypto_aead_xchacha20poly1305_ietf_decrypt(
    message: Buffer,
    secretNonce: null,
    sealed: Buffer,
    additional: Buffer,
    nonce: Buffer,
    key: Buffer,
  ): number;
}

export const sodium = native as unknown as Sodium;
