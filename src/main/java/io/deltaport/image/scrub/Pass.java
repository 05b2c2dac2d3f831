package io.deltaport.image.scrub;

import io.deltaport.store.driver.Driver;
import io.deltaport.util.Throttle;

/**
 * One pass of the scrub while it runs. Thread-safe.
 *
 * @param run its number, 0 when only what was reported is looked at
 * @param driver reads no faster than the pass may
 * @param throttle what holds the driver back and counts
 * @param waits whether repairs can be waited for: jobs run
 */
record Pass(long run, Driver driver, Throttle throttle, boolean waits) {
  static Pass of(long run, Driver driver, long bytesPerSecond, boolean waits) {
    Throttle throttle = new Throttle(bytesPerSecond);
    return new Pass(run, new ThrottledDriver(driver, throttle), throttle, waits);
  }
}
