// What a fleet asks most of the time: is there something new? k6 run k6/manifests.js
// Nine in ten requests ask by tag, the others by digest; half of them are HEAD; one in a thousand moves a tag.
//   VUS (64), DURATION (30s), TAGS (50)
import http from 'k6/http';
import { check } from 'k6';
import { BASE_URL, getManifest, MANIFEST, number, pushBlob, pushManifest, randomBytes } from './lib.js';

const TAGS = number('TAGS', 50);
const REPOSITORY = 'k6/manifests';
const LAYER_BYTES = 1024;

export const options = {
  vus: number('VUS', 64),
  duration: __ENV.DURATION || '30s',
  thresholds: { checks: ['rate==1.0'] },
};

function release(tag) {
  const digest = pushBlob(REPOSITORY, randomBytes(LAYER_BYTES));
  return pushManifest(REPOSITORY, tag, [{ digest, size: LAYER_BYTES }]);
}

export function setup() {
  const digests = [];
  for (let i = 0; i < TAGS; i++) {
    digests.push(release(`t${i}`));
  }
  return digests;
}

export default function (digests) {
  const pick = Math.floor(Math.random() * TAGS);
  const dice = Math.random();
  if (dice < 0.001) {
    release(`t${pick}`);
    return;
  }
  const reference = dice < 0.1 ? digests[pick] : `t${pick}`;
  if (Math.random() < 0.5) {
    getManifest(REPOSITORY, reference);
    return;
  }
  const response = http.head(`${BASE_URL}/v2/${REPOSITORY}/manifests/${reference}`, {
    headers: { Accept: MANIFEST },
    tags: { name: 'head manifest' },
  });
  check(response, { 'manifest is there': (r) => r.status === 200 });
}
