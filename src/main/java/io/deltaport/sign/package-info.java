/**
 * Signatures over bytes as OSTree clients check them: ed25519 and OpenPGP, with the key files of
 * ostree, GnuPG and OpenSSL. The mathematics is Bouncy Castle's.
 */
package io.deltaport.sign;
