/** The remedy for DICOM files. DCMTK's `+on2` writes 16-bit PNG, `+Wm` scales it from the least value to the greatest. */
export const dicomRemedy = "Convert DICOM to PNG, for example with DCMTK: dcmj2pnm +on2 +Wm FILE.dcm FILE.png";

/** How many of a file's first bytes {@linkcode isDicom} needs: a preamble of 128, and `DICM` (DICOM PS3.10, section 7.1). */
export const dicomHead = 132;

/** Whether a file that is neither PNG nor JPEG is DICOM: by its first bytes, or by its name, since older files have no preamble. */
export function isDicom(head: Uint8Array, name: string): boolean {
  return /\.(dcm|dicom)$/i.test(name) || String.fromCharCode(...head.subarray(128, dicomHead)) === "DICM";
}
