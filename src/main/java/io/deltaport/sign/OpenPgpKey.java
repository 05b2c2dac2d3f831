package io.deltaport.sign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.Date;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPrivateKey;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.api.OpenPGPKey;
import org.bouncycastle.openpgp.api.bc.BcOpenPGPImplementation;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/**
 * An OpenPGP key of version 4: the primary key, and the subkey that signs when that is not the
 * primary one. {@link OpenPgpReader} and {@link OpenPgpGenerator} make them.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc4880">RFC 4880</a>
 */
public final class OpenPgpKey implements SigningKey {
  /** SHA-512: GnuPG 2.2 takes it with every algorithm, and ed25519 hashes with it anyway. */
  private static final int HASH = HashAlgorithmTags.SHA512;

  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private final PGPSecretKeyRing ring;
  private final PGPPublicKey signer;
  private final PGPPrivateKey secret;
  private final Instant expires;

  /** Takes a ring without a passphrase: the primary key alone, or with the subkey that signs. */
  OpenPgpKey(PGPSecretKeyRing ring) throws PGPException {
    this.ring = ring;
    PGPSecretKey last = null;
    for (PGPSecretKey key : ring) {
      last = key;
    }
    this.signer = last.getPublicKey();
    this.secret = last.extractPrivateKey(null);
    this.expires = earliest(ring, last);
  }

  private static Instant earliest(PGPSecretKeyRing ring, PGPSecretKey signer) {
    OpenPGPKey view = new OpenPGPKey(ring, new BcOpenPGPImplementation());
    Date whole = view.getExpirationTime();
    Date part =
        view.getKey(signer.getKeyIdentifier()).getKeyExpirationDateAt(Date.from(Instant.now()));
    return Stream.of(Optional.ofNullable(whole), Optional.ofNullable(part))
        .flatMap(Optional::stream)
        .map(Date::toInstant)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  @Override
  public KeyKind kind() {
    return KeyKind.OPENPGP;
  }

  @Override
  public String fingerprint() {
    return UPPER.formatHex(ring.getPublicKey().getFingerprint());
  }

  @Override
  public Optional<Instant> expires() {
    return Optional.ofNullable(expires);
  }

  /** Signs; a signature is never older than its key, whatever the clock says. */
  @Override
  public byte[] sign(byte[] data, Instant when) {
    try {
      return signature(data, when).getEncoded();
    } catch (PGPException e) {
      throw new IllegalStateException("the OpenPGP key " + fingerprint() + " cannot sign", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PGPSignature signature(byte[] data, Instant when) throws PGPException {
    PGPSignatureGenerator generator =
        new PGPSignatureGenerator(
            new BcPGPContentSignerBuilder(signer.getAlgorithm(), HASH), signer);
    generator.init(PGPSignature.BINARY_DOCUMENT, secret);
    PGPSignatureSubpacketGenerator hashed = new PGPSignatureSubpacketGenerator();
    Instant created = signer.getCreationTime().toInstant();
    hashed.setSignatureCreationTime(false, Date.from(when.isBefore(created) ? created : when));
    hashed.setIssuerFingerprint(false, signer);
    generator.setHashedSubpackets(hashed.generate());
    PGPSignatureSubpacketGenerator unhashed = new PGPSignatureSubpacketGenerator();
    unhashed.setIssuerKeyID(false, signer.getKeyID());
    generator.setUnhashedSubpackets(unhashed.generate());
    generator.update(data);
    return generator.generate();
  }

  /** Says whether the public key confirms what the private one signs. */
  boolean works() throws PGPException {
    byte[] sample = publicKey();
    PGPSignature signature = signature(sample, Instant.now());
    signature.init(new BcPGPContentVerifierBuilderProvider(), signer);
    signature.update(sample);
    return signature.verify();
  }

  @Override
  public byte[] publicKey() {
    try {
      return ring.toCertificate().getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public byte[] encode() {
    try {
      return ring.getEncoded();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "OpenPGP key " + fingerprint();
  }
}
