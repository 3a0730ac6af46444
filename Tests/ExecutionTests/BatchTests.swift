import Execution
import Foundation
import Platform
import TestSupport
import Testing

/// Scripts, answers of queues, and what follows from them; no batch system is needed.
@Suite struct BatchTests {
  private static let waves = [
    JobRecord.Wave(name: "skim", stages: ["skim"], elements: 6),
    JobRecord.Wave(name: "gather", stages: [], elements: 1),
  ]

  private static func submission() -> Submission {
    Submission(
      number: 3, folder: "/data/out/state/batch/3",
      record: JobRecord(
        pipeline: "search.yaml", overrides: ["seed=4"], inputs: nil, unblind: false,
        allowMissing: false, runFolder: "/data/out", workingFolder: "/home/me",
        program: "/opt/nightjar", digest: "00", waves: waves, threads: 2, requeueCode: 101,
        maxWall: 7080),
      queue: "long", account: "belle2", wallTime: 7200, memory: 2_000_000_000, cores: 2,
      options: ["--constraint=haswell"], restarts: 3, excluded: ["n7", "n9"])
  }

  private static func file(_ system: any BatchSystem, _ name: String) throws -> String {
    try #require(system.files(submission()).first { $0.name == name }).text
  }

  /// The directives as sbatch(1) of Slurm 22.05 words them.
  @Test func slurmScript() throws {
    let text = try Self.file(Slurm(), "skim.sh")
    #expect(
      text == """
        #!/bin/bash
        #SBATCH --job-name=nightjar-3-skim
        #SBATCH --array=0-5
        #SBATCH --output=/data/out/state/batch/3/logs/skim/%A_%a.log
        #SBATCH --open-mode=append
        #SBATCH --requeue
        #SBATCH --kill-on-invalid-dep=yes
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=2
        #SBATCH --mem=1908M
        #SBATCH --time=0-02:00:00
        #SBATCH --signal=B:USR1@120
        #SBATCH --partition=long
        #SBATCH --account=belle2
        #SBATCH --exclude=n7,n9
        #SBATCH --constraint=haswell

        # Written by Nightjar. A job may be killed and started again at any time.
        export NIGHTJAR_JOB="slurm ${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
        cancelled=
        /opt/nightjar work /data/out/state/batch/3/job.json \\
          --wave skim --element "$SLURM_ARRAY_TASK_ID" &
        child=$!
        trap 'kill -USR1 $child' USR1
        trap 'cancelled=1; kill -TERM $child' TERM
        wait $child
        status=$?
        while kill -0 $child 2>/dev/null; do wait $child; status=$?; done
        # Out of time with work left: the same job goes on later.
        if [ $status = 101 ] && [ -z "$cancelled" ] && \\
          [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}" && sleep 60
        fi
        exit $status

        """)
  }

  /// The directives as bsub(1) of LSF 10.1 words them.
  @Test func lsfScript() throws {
    let text = try Self.file(LSF(), "skim.sh")
    #expect(
      text == """
        #!/bin/bash
        #BSUB -J "nightjar-3-skim[1-6]"
        #BSUB -o /data/out/state/batch/3/logs/skim/%J_%I.log
        #BSUB -r
        #BSUB -ti
        #BSUB -Q "101"
        #BSUB -n 2
        #BSUB -R "span[hosts=1]"
        #BSUB -M 1908MB
        #BSUB -R "rusage[mem=1908MB]"
        #BSUB -W 2:00
        #BSUB -wa USR1 -wt 2
        #BSUB -q long
        #BSUB -P belle2
        #BSUB -R "select[hname!='n7' && hname!='n9']"
        #BSUB --constraint=haswell

        # Written by Nightjar. A job may be killed and started again at any time; exit code 101
        # puts it back into the queue.
        export NIGHTJAR_JOB="lsf ${LSB_JOBID}_${LSB_JOBINDEX}"
        exec /opt/nightjar work /data/out/state/batch/3/job.json \\
          --wave skim --element $((LSB_JOBINDEX - 1))

        """)
  }

  /// The commands of the DAGMan and condor_submit manuals.
  @Test func htcondorFiles() throws {
    #expect(
      try Self.file(HTCondor(), "nightjar.dag") == """
        # Written by Nightjar.
        JOB skim /data/out/state/batch/3/skim.sub
        JOB gather /data/out/state/batch/3/gather.sub
        PARENT skim CHILD gather
        RETRY skim 3
        RETRY gather 3

        """)
    #expect(
      try Self.file(HTCondor(), "skim.sub") == """
        # Written by Nightjar.
        universe = vanilla
        executable = /data/out/state/batch/3/skim.sh
        arguments = $(Cluster) $(Process)
        batch_name = nightjar-3-skim
        output = /data/out/state/batch/3/logs/skim/$(Cluster)_$(Process).log
        error = /data/out/state/batch/3/logs/skim/$(Cluster)_$(Process).log
        log = /data/out/state/batch/3/skim.events
        should_transfer_files = NO
        getenv = True
        request_cpus = 2
        checkpoint_exit_code = 101
        kill_sig = SIGTERM
        request_memory = 1908M
        allowed_execute_duration = 7200
        +MaxRuntime = 7200
        accounting_group = belle2
        +JobQueue = "long"
        requirements = (Machine != "n7") && (Machine != "n9")
        --constraint=haswell
        queue 6

        """)
    #expect(
      try Self.file(HTCondor(), "skim.sh") == """
        #!/bin/bash
        # Written by Nightjar. A job may be killed and started again at any time; exit code 101
        # says that its work goes on from checkpoints.
        export NIGHTJAR_JOB="htcondor $1_$2"
        exec /opt/nightjar work /data/out/state/batch/3/job.json \\
          --wave skim --element "$2"

        """)
  }

  /// HTCondor's own parser takes the submit file (Python with the module `htcondor`).
  @Test(
    .enabled(
      if: ProcessInfo.processInfo.environment["NIGHTJAR_HTCONDOR_PYTHON"] != nil,
      "SKIPPED: NIGHTJAR_HTCONDOR_PYTHON names no Python with htcondor"))
  func htcondorsParserAgrees() throws {
    let folder = try TemporaryFolder()
    var submission = Self.submission()
    submission.options = ["periodic_remove = False"]
    let files = Dictionary(
      uniqueKeysWithValues: HTCondor().files(submission).map { ($0.name, $0.text) })
    let path = "\(folder.path)/skim.sub"
    try #require(files["skim.sub"]).write(toFile: path, atomically: true, encoding: .utf8)
    let script = """
      import sys
      try: import htcondor2 as htcondor
      except ImportError: import htcondor
      s = htcondor.Submit(open(sys.argv[1]).read())
      print(s["request_memory"], s["checkpoint_exit_code"], s["executable"], s.getQArgs())
      """
    let python = ProcessInfo.processInfo.environment["NIGHTJAR_HTCONDOR_PYTHON"] ?? ""
    let result = try Subprocess.run(python, ["-c", script, path])
    #expect(result.status == 0, "\(result.errors)")
    #expect(
      String(decoding: result.output, as: UTF8.self)
        == "1908M 101 /data/out/state/batch/3/skim.sh 6\n")
  }

  @Test func pathsThatScriptsCannotHoldAreRefused() throws {
    for path in [
      "/data/my out", "/data/a\"b", "/data/$HOME", "/data/a;b", "/data/100%", "/data/a\nb",
    ] {
      var submission = Self.submission()
      submission.folder = path
      #expect(throws: BatchError.path(path)) { try submission.check() }
    }
    try Self.submission().check()
  }

  /// Answers of squeue 22.05 to `-o '%i|%T|%N|%r'`.
  @Test func squeueIsRead() {
    let answer = """
      3_92|PENDING||Dependency
      4_0|PENDING||DependencyNeverSatisfied
      3_5|RUNNING|n2|None
      3_4|COMPLETING|n1|None
      3_0|COMPLETED|n1|None
      3_1|CANCELLED|n3|None
      3_2|FAILED|n3|NonZeroExitCode
      3_3|OUT_OF_MEMORY|n3|OutOfMemory
      3_6|TIMEOUT|n2|TimeLimit
      3_7|NODE_FAIL|n2|NodeDown
      nonsense

      """
    let states: [QueueElement.State] = [
      .waiting, .ended(nil), .running, .running, .done, .ended(.cancelled), .ended(.exit),
      .ended(.outOfMemory), .ended(.timeLimit), .ended(.nodeFailure),
    ]
    let found = Slurm.parse(answer)
    #expect(found.map(\.state) == states)
    #expect(found.map(\.isAlive) == [true, false, true, true] + Array(repeating: false, count: 6))
    #expect(found[2] == QueueElement(job: "slurm 3_5", state: .running, host: "n2"))
  }

  @Test func bjobsIsRead() {
    let answer = """
      81[1]|1|RUN|2*cb021|-
      81[2]|2|PEND|-|-
      81[3]|3|EXIT|cb022|TERM_MEMLIMIT: job killed after reaching LSF memory usage limit
      81[4]|4|EXIT|cb022|TERM_RUNLIMIT: job killed after reaching LSF run time limit
      81[5]|5|EXIT|cb022|TERM_OWNER: job killed by owner
      81[6]|6|DONE|cb022|-
      81[7]|7|EXIT|cb022|-

      """
    #expect(
      LSF.parse(answer) == [
        .init(job: "lsf 81_1", state: .running, host: "cb021"),
        .init(job: "lsf 81_2", state: .waiting, host: ""),
        .init(job: "lsf 81_3", state: .ended(.outOfMemory), host: "cb022"),
        .init(job: "lsf 81_4", state: .ended(.timeLimit), host: "cb022"),
        .init(job: "lsf 81_5", state: .ended(.cancelled), host: "cb022"),
        .init(job: "lsf 81_6", state: .done, host: "cb022"),
        .init(job: "lsf 81_7", state: .ended(.exit), host: "cb022"),
      ])
    #expect(LSF.number("Job <1234> is submitted to queue <s>.\n") == "1234")
    #expect(LSF.number("Request aborted by esub. Job not submitted.") == nil)
  }

  @Test func condorIsRead() {
    let answer = """
      50 0 2 undefined undefined
      51 0 2 slot1_2@wn3.site undefined
      51 1 1 undefined undefined
      51 2 5 undefined 34
      51 3 5 undefined 46

      """
    #expect(
      HTCondor.parse(answer, dag: "50") == [
        .init(job: "htcondor 51_0", state: .running, host: "wn3.site"),
        .init(job: "htcondor 51_1", state: .waiting, host: ""),
        .init(job: "htcondor 51_2", state: .ended(.outOfMemory), host: ""),
        .init(job: "htcondor 51_3", state: .ended(.timeLimit), host: ""),
      ])
    // Between two waves the DAG alone is there, and lives.
    #expect(HTCondor.parse("50 0 2 undefined undefined\n", dag: "50").map(\.isAlive) == [true])
    #expect(HTCondor.parse("", dag: "50").isEmpty)
    #expect(HTCondor.cluster("1 job(s) submitted to cluster 77.\n") == "77")
  }

  /// Lines that slurmstepd 22.05 and LSF write into logs.
  @Test(
    arguments: [
      ("slurmstepd: error: Step 9.0 exceeded memory limit (61 > 20), being killed", .outOfMemory),
      ("slurmstepd: error: Detected 1 oom-kill event(s) in StepId=9.batch.", .outOfMemory),
      (
        "slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T10:00:00 DUE TO TIME LIMIT ***",
        .timeLimit
      ),
      (
        "slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T10:00:00 DUE TO NODE FAILURE ***",
        .nodeFailure
      ),
      ("slurmstepd: error: *** JOB 9 ON n1 CANCELLED AT 2026-11-26T10:00:00 ***", .cancelled),
      ("TERM_MEMLIMIT: job killed after reaching LSF memory usage limit.", .outOfMemory),
      ("scan: 555 windows in 0.1 s", nil),
    ] as [(String, Attempt.Reason?)])
  func logsTellTheReason(line: String, reason: Attempt.Reason?) {
    #expect(LogTail.reason("skim: 3 rows\n\(line)\n") == reason)
  }

  // MARK: what follows

  private func lost(_ reasons: [Attempt.Reason?], host: String = "n1") -> [LostTask] {
    zip(Tasks.make(reasons.count), reasons).map { work, reason in
      LostTask(
        work: work,
        attempt: reason.map {
          Attempt($0, title: work.title, host: host, job: "slurm 1_0", time: 1)
        }
      )
    }
  }

  private func step(
    _ reasons: [Attempt.Reason?], ends: [QueueElement] = [], round: Int = 1
  ) -> NextStep {
    NextStep.after(lost: lost(reasons), ends: ends, round: round, attempts: 3)
  }

  @Test func memoryGrowsAndHostsAreLeft() {
    #expect(
      step([.outOfMemory, nil]) == .submit(memoryFactor: 2, excluded: [], pause: 2))
    #expect(
      step([.nodeFailure], round: 2) == .submit(memoryFactor: 1, excluded: ["n1"], pause: 8))
    // Two faults on a host while another did well: the host is to blame.
    let ends = [
      QueueElement(job: "slurm 1_0", state: .ended(.exit), host: "n4"),
      QueueElement(job: "slurm 1_1", state: .ended(.exit), host: "n4"),
      QueueElement(job: "slurm 1_2", state: .done, host: "n5"),
    ]
    #expect(step([nil], ends: ends) == .submit(memoryFactor: 1, excluded: ["n4"], pause: 2))
    #expect(
      step([nil], ends: Array(ends.prefix(2))) == .submit(memoryFactor: 1, excluded: [], pause: 2))
  }

  @Test func someEndsAreFinal() {
    func isFinal(_ step: NextStep) -> Bool { if case .giveUp = step { true } else { false } }
    #expect(isFinal(step([.error, .error])))
    #expect(!isFinal(step([.error, .vanished])))
    #expect(isFinal(step([.cancelled, nil])))
    #expect(isFinal(step([.vanished], round: 3)))
    #expect(!isFinal(step([.vanished], round: 2)))
  }

  @Test func submissionsAreNumberedAndRemembered() throws {
    let folder = try TemporaryFolder()
    let submissions = SubmissionFolder(path: "\(folder.path)/batch")
    #expect(submissions.numbers.isEmpty)
    #expect(try submissions.make() == 1)
    #expect(try submissions.make() == 2)
    #expect(submissions.numbers == [1, 2])
    #expect(submissions.jobs(2).isEmpty)
    var submission = Self.submission()
    submission.number = 2
    submission.folder = "\(folder.path)/batch/2"
    try submissions.submit(submission, to: Fake(jobs: ["17", "18"]))
    #expect(submissions.jobs(2) == ["17", "18"])
    #expect(submissions.record(2) == submission.record)
    #expect(throws: BatchError.self) {
      try submissions.submit(submission, to: Fake(jobs: ["19"], fails: true))
    }
    // What was submitted before the failure is known.
    #expect(submissions.jobs(2) == ["17", "18", "19"])
  }

  private struct Fake: BatchSystem {
    var name: String { "fake" }
    var jobs: [String]
    var fails = false

    func files(_ submission: Submission) -> [(name: String, text: String)] {
      [("a.sh", "#!/bin/bash\n")]
    }

    func submit(_ submission: Submission, note: (String) throws -> Void) throws {
      for job in jobs { try note(job) }
      if fails { throw BatchError.command("sub", status: 1, text: "no") }
    }

    func elements(_ jobs: [String]) -> [QueueElement]? { nil }
    func cancelCommand(_ jobs: [String]) -> String { "true" }
    func log(_ submission: Submission, wave: JobRecord.Wave, job: String, element: Int) -> String {
      ""
    }
  }
}
