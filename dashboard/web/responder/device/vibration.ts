/** One round of vibration, in ms: on, off, on. */
const pattern = [500, 200, 500];
/** A round begins so often, in ms. */
const roundMs = 2000;

/** Vibrates a phone until told otherwise. */
export interface Vibration {
  set(isOn: boolean): void;
}

/** Creates the vibration; a device that cannot vibrate does nothing. */
export function createVibration(device: Partial<Pick<Navigator, 'vibrate'>>): Vibration {
  let timer: ReturnType<typeof setInterval> | undefined;
  const round = () => device.vibrate?.(pattern);
  return {
    set: (isOn) => {
      if (!device.vibrate || isOn === (timer !== undefined)) return;
      clearInterval(timer);
      timer = undefined;
      if (isOn) {
        round();
        timer = setInterval(round, roundMs);
      } else {
        device.vibrate?.(0);
      }
    },
  };
}
