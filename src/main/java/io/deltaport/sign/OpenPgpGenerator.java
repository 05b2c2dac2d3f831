package io.deltaport.sign;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPKeyRingGenerator;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** Makes OpenPGP keys that GnuPG 2.2 takes: one key that certifies itself and signs. */
public final class OpenPgpGenerator {
  /** Longest user id: GnuPG itself takes 2048 bytes, nobody reads so many. */
  public static final int USER_ID_MAX_CHARS = 200;

  /** Devices refuse a key from the future, and their clocks may be behind this server's. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private static final int RSA_BITS = 4096;

  /** 2^-128 is far below what any other part of a key's making reaches. */
  private static final int RSA_CERTAINTY = 128;

  private static final BigInteger RSA_EXPONENT = BigInteger.valueOf(65_537);

  private final SecureRandom random;

  public OpenPgpGenerator(SecureRandom random) {
    this.random = random;
  }

  /** Makes an ed25519 key, which GnuPG knows since 2.1. */
  public OpenPgpKey ed25519(String userId, Instant now) {
    Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
    generator.init(new Ed25519KeyGenerationParameters(random));
    return certified(PublicKeyAlgorithmTags.EDDSA_LEGACY, generator.generateKeyPair(), userId, now);
  }

  /** Makes an RSA key of 4096 bits, which every GnuPG knows; this takes some seconds. */
  public OpenPgpKey rsa(String userId, Instant now) {
    RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
    generator.init(new RSAKeyGenerationParameters(RSA_EXPONENT, random, RSA_BITS, RSA_CERTAINTY));
    return certified(PublicKeyAlgorithmTags.RSA_GENERAL, generator.generateKeyPair(), userId, now);
  }

  private OpenPgpKey certified(
      int algorithm, AsymmetricCipherKeyPair pair, String userId, Instant now) {
    try {
      Date created = Date.from(now.minus(CLOCK_SKEW));
      PGPKeyPair key = new BcPGPKeyPair(PublicKeyPacket.VERSION_4, algorithm, pair, created);
      PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
      hashed.setSignatureCreationTime(false, created);
      hashed.setIssuerFingerprint(false, key.getPublicKey());
      hashed.setKeyFlags(false, KeyFlags.CERTIFY_OTHER | KeyFlags.SIGN_DATA);
      hashed.setPreferredHashAlgorithms(
          false, new int[] {HashAlgorithmTags.SHA512, HashAlgorithmTags.SHA256});
      PGPKeyRingGenerator ring =
          new PGPKeyRingGenerator(
              PGPSignature.POSITIVE_CERTIFICATION,
              key,
              userId,
              null,
              hashed.generate(),
              null,
              new BcPGPContentSignerBuilder(algorithm, HashAlgorithmTags.SHA512),
              null);
      return new OpenPgpKey(ring.generateSecretKeyRing());
    } catch (PGPException e) {
      throw new IllegalStateException("an OpenPGP key could not be made", e);
    }
  }
}
