"""Checks a folder with HEPData's own validator: python check_hepdata.py FOLDER (hepdata-validator)."""
import sys

from hepdata_validator.full_submission_validator import FullSubmissionValidator, SchemaType

validator = FullSubmissionValidator()
if not validator.validate(directory=sys.argv[1]):
    validator.print_errors(validator.submission_file_path)
    for file in validator.get_messages():
        validator.print_errors(file)
    sys.exit(1)
print("valid:", len(validator.valid_files.get(SchemaType.DATA, [])), "data files")
