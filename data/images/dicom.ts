/** What to do with DICOM files: DCMTK's `+on2` writes PNG of 16 bits, `+Wm` from the least value to the greatest. */
export const dicomRemedy = "Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png";

/** How many of a file's first bytes tell whether it is DICOM (DICOM PS3.10, section 7.1: a preamble of 128 bytes, and `DICM`). */
export const dicomHead = 132;

/** Whether a file that is neither PNG nor JPEG is DICOM: by its first bytes, or, as older files have no preamble, by its name. */
export function isDicom(head: Uint8Array, name: string): boolean {
  return /\.(dcm|dicom)$/i.test(name) || String.fromCharCode(...head.subarray(128, dicomHead)) === "DICM";
}
