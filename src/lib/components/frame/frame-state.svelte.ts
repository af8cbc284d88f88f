/** Which layers of the frame are open. Shared, because shortcuts, buttons and the palette all open them. */
export const frame = $state({ palette: false, keys: false });
