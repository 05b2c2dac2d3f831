package io.deltaport.ostree;

import java.util.Base64;

/**
 * Objects that ostree 2022.7 wrote from a small tree, in a {@code bare-user} repository, with the
 * names that it gave them. They stay as they are.
 */
final class GoldenObjects {
  static final String COMMIT_NAME =
      "7e9af1f780b252927ce11a13f1d5c43dd8794fb273d361d367624fc5e666e072";
  static final byte[] COMMIT =
      decode(
          "dmVyc2lvbgAxLjIAAHMIAG4AAAAAAAAABwAAAAAAAAAAdAIAAAAAAGZsYWcAAAAAAQBiBQAAAABsaXN0AAAAAGEAYm",
          "IAAAIFBgBhcwUAAABieXRlcwAAAAECAGF5BgAAZAAAAAAAAABrAAAAAAAAAAEAAAB4AAAodXMpAhQAYXtzdn0CAAAA",
          "AG9zdHJlZS5yZWYtYmluZGluZwAAAAAAAHRlc3QvbWFpbgAKAGFzEw8jNE1ehK9GaXJzdABCb2R5CnRleHQAAAAAAA",
          "AAZVPxAIE/p27nxlRX/3cWWHHsTj0ifcelZ8iYr84PyQ69UUx9RGoO8Rt8wWfztgPlhcfu7rZ1+qQS1exz9imI6wts",
          "VIjwAMYAvAC2ALYAtgA=");

  static final String ROOT_NAME =
      "813fa76ee7c65457ff77165871ec4e3d227dc7a567c898afce0fc90ebd514c7d";
  static final byte[] ROOT =
      decode(
          "ZXRjAI4m34TFWiikoANx/agOpJpfsbdw8UBPZq/3rzHsh3I0j96xOmst24nKco2lIauKAqKRYSuMbXrxVhwp4a5Gkh",
          "ckBHVzcgACky2gO52Ku39ceAKeF0X3XOYBBIwLkIdaUPtWjT8GXERqDvEbfMFn87YD5YXH7u62dfqkEtXsc/YpiOsL",
          "bFSIJAR2YXIAd8LjotAV5W1QqUpZVC66T9l2UwUE/u6w2xHqTxtxmzhEag7xG3zBZ/O2A+WFx+7utnX6pBLV7HP2KY",
          "jrC2xUiCQERozSAA==");

  static final String ETC_NAME = "8e26df84c55a28a4a00371fda80ea49a5fb1b770f1404f66aff7af31ec877234";
  static final byte[] ETC =
      decode(
          "QgDMcA1G9AfGxastXd5HQ2apKLc5gnfmEWLn+OwG9GnwfgJaAMxwDUb0B8bFqy1d3kdDZqkotzmCd+YRYuf47Ab0af",
          "B+AmEAzHANRvQHxsWrLV3eR0NmqSi3OYJ35hFi5/jsBvRp8H4CZW1wdHkALdG11TiNXgtOcfcSq2zpkEC1ymG6vrSm",
          "YK/ZN5pMfxsGendlaSDDpAAIa8pO+GR00TOYpz9vWqcTxTQxLbSvU1MKHaAtYbCbzQgjRmmQub4=");

  static final String ETC_META_NAME =
      "8fdeb13a6b2ddb89ca728da521ab8a02a291612b8c6d7af1561c29e1ae469217";
  static final byte[] ETC_META = decode("AAAAAAAAAAAAAEHtdXNlci5kaXIAZAkL");

  /** A dirmeta of a folder of root's with mode 0755 and no attributes. */
  static final String PLAIN_META_NAME =
      "446a0ef11b7cc167f3b603e585c7eeeeb675faa412d5ec73f62988eb0b6c5488";

  static final String EMPTY_TREE_NAME =
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

  private GoldenObjects() {}

  private static byte[] decode(String... lines) {
    return Base64.getDecoder().decode(String.join("", lines));
  }
}
