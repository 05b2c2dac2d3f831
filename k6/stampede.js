// A release is out and every device wants the same new layer at once: k6 run k6/stampede.js
// Watch the server's memory meanwhile; no device should cost any.
//   DEVICES (1000), LAYER_KIB (16384), WITHIN (5m)
import { getBlob, getManifest, number, pushBlob, pushManifest, randomBytes } from './lib.js';

const LAYER_BYTES = number('LAYER_KIB', 16384) * 1024;
const DEVICES = number('DEVICES', 1000);
const REPOSITORY = 'k6/stampede';

export const options = {
  scenarios: {
    devices: {
      executor: 'per-vu-iterations',
      vus: DEVICES,
      iterations: 1,
      maxDuration: __ENV.WITHIN || '5m',
    },
  },
  thresholds: { checks: ['rate==1.0'], iterations: [`count==${DEVICES}`] },
};

export function setup() {
  const digest = pushBlob(REPOSITORY, randomBytes(LAYER_BYTES));
  pushManifest(REPOSITORY, 'stable', [{ digest, size: LAYER_BYTES }]);
}

export default function () {
  for (const layer of getManifest(REPOSITORY, 'stable').json().layers) {
    getBlob(REPOSITORY, layer.digest);
  }
}
