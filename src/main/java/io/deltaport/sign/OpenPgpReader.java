package io.deltaport.sign;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.S2K;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.api.OpenPGPCertificate.OpenPGPComponentKey;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.OpenPGPKey.OpenPGPSecretKey;
import org.bouncycastle.openpgp.api.OpenPGPKeyReader;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPBESecretKeyDecryptorBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;

/**
 * Reads private OpenPGP keys as {@code gpg --export-secret-keys} writes them, armoured or not.
 *
 * <p>Of a key with subkeys the newest one that may sign is taken, as GnuPG does, and the primary
 * key with it, to which devices know it belongs. Work is bounded by the length of the file, which
 * {@link KeyFiles} bounds, and by refusing Argon2, whose cost the file would choose.
 */
final class OpenPgpReader {
  /** What GnuPG 2.2 can check; it does not know keys of RFC 9580. */
  private static final Set<Integer> ALGORITHMS =
      Set.of(
          PublicKeyAlgorithmTags.RSA_GENERAL,
          PublicKeyAlgorithmTags.ECDSA,
          PublicKeyAlgorithmTags.EDDSA_LEGACY);

  /** Shorter RSA keys have been advised against for many years. */
  private static final int RSA_BITS_MIN = 2048;

  /** Longer ones take seconds for each signature; GnuPG makes none. */
  private static final int RSA_BITS_MAX = 8192;

  private OpenPgpReader() {}

  /**
   * Reads one key.
   *
   * @param passphrase what protects it; empty for none
   * @throws KeyFormatException if there is no key, several, or one that cannot sign
   */
  static OpenPgpKey read(byte[] file, char[] passphrase) throws KeyFormatException {
    try {
      List<OpenPGPKey> keys = new OpenPGPKeyReader(new BcOpenPGPImplementation()).parseKeys(file);
      if (keys.isEmpty()) {
        throw new KeyFormatException("the file has no private OpenPGP key");
      }
      if (keys.size() > 1) {
        throw new KeyFormatException("the file has several keys; export one of them only");
      }
      OpenPGPKey key = keys.getFirst();
      PGPSecretKey signer = signer(key);
      List<PGPSecretKey> kept = new ArrayList<>();
      if (!signer.isMasterKey()) {
        kept.add(unprotected(key.getPrimarySecretKey().getPGPSecretKey(), passphrase));
      }
      kept.add(unprotected(signer, passphrase));
      return working(new OpenPgpKey(new PGPSecretKeyRing(kept)));
    } catch (KeyFormatException e) {
      throw e;
    } catch (IOException | PGPException | RuntimeException e) {
      throw malformed(e);
    }
  }

  /** Reads what {@link OpenPgpKey#encode} wrote, however old the key is by now. */
  static OpenPgpKey decode(byte[] encoded) throws KeyFormatException {
    try {
      return working(
          new OpenPgpKey(new PGPSecretKeyRing(encoded, new BcKeyFingerprintCalculator())));
    } catch (KeyFormatException e) {
      throw e;
    } catch (IOException | PGPException | RuntimeException e) {
      throw malformed(e);
    }
  }

  private static OpenPgpKey working(OpenPgpKey key) throws KeyFormatException, PGPException {
    if (!key.works()) {
      throw new KeyFormatException("the halves of the OpenPGP key do not belong together");
    }
    return key;
  }

  private static PGPSecretKey signer(OpenPGPKey key) throws KeyFormatException {
    PGPSecretKey best = null;
    for (OpenPGPComponentKey candidate : key.getSigningKeys()) {
      OpenPGPSecretKey secret = key.getSecretKey(candidate);
      if (secret == null || secret.getPGPSecretKey().isPrivateKeyEmpty() || !isKnown(candidate)) {
        continue;
      }
      PGPSecretKey found = secret.getPGPSecretKey();
      if (best == null || best.isMasterKey() || isNewer(found, best)) {
        best = found;
      }
    }
    if (best == null) {
      throw new KeyFormatException(
          "no part of the OpenPGP key can sign: it must be RSA with 2048 to 8192 bits, ECDSA or"
              + " ed25519, of version 4, neither expired nor revoked, and its private part there");
    }
    return best;
  }

  private static boolean isNewer(PGPSecretKey key, PGPSecretKey than) {
    return !key.isMasterKey() && created(key).isAfter(created(than));
  }

  private static Instant created(PGPSecretKey key) {
    return key.getPublicKey().getCreationTime().toInstant();
  }

  private static boolean isKnown(OpenPGPComponentKey key) {
    int bits = key.getPGPPublicKey().getBitStrength();
    boolean rsa = key.getAlgorithm() == PublicKeyAlgorithmTags.RSA_GENERAL;
    return key.getVersion() == PublicKeyPacket.VERSION_4
        && ALGORITHMS.contains(key.getAlgorithm())
        && (!rsa || (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX));
  }

  private static PGPSecretKey unprotected(PGPSecretKey key, char[] passphrase)
      throws KeyFormatException, PGPException {
    if (key.isPrivateKeyEmpty() || key.getS2KUsage() == 0) {
      return key;
    }
    if (key.getS2K() != null && key.getS2K().getType() == S2K.ARGON_2) {
      throw new KeyFormatException(
          "the key is protected with Argon2, which is not taken; export it with GnuPG 2.2 or"
              + " without a passphrase");
    }
    if (passphrase.length == 0) {
      throw new KeyFormatException("the key is protected; its passphrase is needed");
    }
    try {
      return PGPSecretKey.copyWithNewPassword(
          key,
          new BcPBESecretKeyDecryptorBuilder(new BcPGPDigestCalculatorProvider()).build(passphrase),
          null);
    } catch (PGPException e) {
      throw new KeyFormatException("the passphrase is not that of the key", e);
    }
  }

  private static KeyFormatException malformed(Exception e) {
    return new KeyFormatException("the file is no proper OpenPGP key", e);
  }
}
