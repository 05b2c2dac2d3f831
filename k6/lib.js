// What all scripts share: where the registry is, and small requests to it.
//
//   BASE_URL    default http://127.0.0.1:5000; load belongs on a registry of one's own
import http from 'k6/http';
import crypto from 'k6/crypto';
import { check, fail } from 'k6';

export const BASE_URL = __ENV.BASE_URL || 'http://127.0.0.1:5000';
export const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = 'application/vnd.oci.empty.v1+json';

export function number(name, otherwise) {
  return __ENV[name] ? Number(__ENV[name]) : otherwise;
}

export function digestOf(bytes) {
  return `sha256:${crypto.sha256(bytes, 'hex')}`;
}

// Pushes a blob as clients do: POST for a session, PUT with the bytes.
export function pushBlob(repository, bytes) {
  const digest = digestOf(bytes);
  const session = http.post(`${BASE_URL}/v2/${repository}/blobs/uploads/`, null, {
    tags: { name: 'begin upload' },
  });
  check(session, { 'upload begins': (r) => r.status === 202 }) || fail(session.body);
  const location = session.headers.Location;
  const address = location.startsWith('http') ? location : `${BASE_URL}${location}`;
  const separator = address.includes('?') ? '&' : '?';
  const stored = http.put(`${address}${separator}digest=${digest}`, bytes, {
    headers: { 'Content-Type': 'application/octet-stream' },
    tags: { name: 'finish upload' },
  });
  check(stored, { 'blob is stored': (r) => r.status === 201 }) || fail(stored.body);
  return digest;
}

// Pushes an artifact manifest around blobs that are stored and returns its digest.
export function pushManifest(repository, tag, layers) {
  const config = pushBlob(repository, '{}');
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType: 'application/vnd.example.load',
    config: { mediaType: EMPTY, digest: config, size: 2 },
    layers: layers.map((layer) => ({ mediaType: 'application/octet-stream', ...layer })),
  });
  const stored = http.put(`${BASE_URL}/v2/${repository}/manifests/${tag}`, manifest, {
    headers: { 'Content-Type': MANIFEST },
    tags: { name: 'put manifest' },
  });
  check(stored, { 'manifest is stored': (r) => r.status === 201 }) || fail(stored.body);
  return digestOf(manifest);
}

export function getManifest(repository, reference) {
  const response = http.get(`${BASE_URL}/v2/${repository}/manifests/${reference}`, {
    headers: { Accept: MANIFEST },
    tags: { name: 'get manifest' },
  });
  check(response, { 'manifest comes': (r) => r.status === 200 });
  return response;
}

// Pulls a blob without keeping its bytes.
export function getBlob(repository, digest) {
  const response = http.get(`${BASE_URL}/v2/${repository}/blobs/${digest}`, {
    responseType: 'none',
    tags: { name: 'get blob' },
  });
  check(response, { 'blob comes': (r) => r.status === 200 });
  return response;
}

// Bytes that no compression or deduplication makes smaller, as an ArrayBuffer.
export function randomBytes(length) {
  return crypto.randomBytes(length);
}
