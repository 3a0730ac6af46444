"""RooFit fits of a window with the vectorised back end and Minuit2: fixed shape, or all nuisances on."""
import model


class Model:
    def __init__(self, nuisances, order=1):
        import ROOT
        ROOT.gROOT.SetBatch(True)
        ROOT.RooMsgService.instance().setGlobalKillBelow(ROOT.RooFit.FATAL)
        V, L = ROOT.RooRealVar, ROOT.RooArgList
        self.R, self.m = ROOT, V("m", "", 0, 20)
        self.mean, self.s1, self.s2 = V("mean", "", 5), V("sig1", "", 0.01), V("sig2", "", 0.016)
        self.fixed = [V("al", "", model.ALPHA_L), V("nl", "", model.N_L), V("ar", "", -model.ALPHA_R), V("nr", "", model.N_R),
                      V("frac", "", model.FRACTION)]
        al, nl, ar, nr, fr = self.fixed
        self.theta = [V(f"theta{i}", "", 0, -5, 5) for i in range(3)] if nuisances else []
        w1, w2 = self.s1, self.s2
        self.keep = []
        if nuisances:
            w1 = ROOT.RooFormulaVar("w1", f"@0*(1+{model.WIDTH_SIZE}*@1)", L(self.s1, self.theta[2]))
            w2 = ROOT.RooFormulaVar("w2", f"@0*(1+{model.WIDTH_SIZE}*@1)", L(self.s2, self.theta[2]))
        cb1 = ROOT.RooCBShape("cb1", "", self.m, self.mean, w1, al, nl)
        cb2 = ROOT.RooCBShape("cb2", "", self.m, self.mean, w2, ar, nr)
        sig = ROOT.RooAddPdf("sig", "", L(cb1, cb2), L(fr))
        self.slopes = [V(f"slope{i}", "", 0) for i in range(order)]
        for slope in self.slopes:
            slope.setConstant(False)
        bkg = ROOT.RooChebychev("bkg", "", self.m, L(*self.slopes))
        self.ns, self.nb = V("n_sig", "", 0, -1e7, 1e7), V("n_bkg", "", 0, -1e7, 1e7)
        self.ns.removeRange()
        self.nb.removeRange()
        signal_yield = self.ns
        self.constraints = ROOT.RooArgSet()
        if nuisances:
            a, b = model.YIELD_SIZES
            signal_yield = ROOT.RooFormulaVar("yield", f"@0*pow({1 + a},@1)*pow({1 + b},@2)", L(self.ns, self.theta[0], self.theta[1]))
            zero, one = V("zero", "", 0), V("one", "", 1)
            gauss = [ROOT.RooGaussian(f"g{i}", "", t, zero, one) for i, t in enumerate(self.theta)]
            for g in gauss:
                self.constraints.add(g)
            self.keep += [zero, one, gauss]
        self.pdf = ROOT.RooAddPdf("pdf", "", L(sig, bkg), L(signal_yield, self.nb))
        self.keep += [cb1, cb2, sig, bkg, w1, w2, signal_yield]
        self.data = {}

    def fit(self, win, background_only=False):
        R = self.R
        self.m.setRange(win.lo, win.hi)
        self.mean.setVal(win.mass)
        self.s1.setVal(win.s1)
        self.s2.setVal(win.s2)
        for v, x, e in [(self.ns, 0.01 * win.n, max(1.0, 0.5 * win.n**0.5)), (self.nb, 0.99 * win.n, win.n**0.5)] + [
                (slope, 0, 0.1) for slope in self.slopes]:
            v.setVal(x)
            v.setError(e)
        self.ns.setConstant(background_only)
        if background_only:
            self.ns.setVal(0)
            self.nb.setVal(win.n)
        for t in self.theta:
            t.setVal(0)
            t.setError(1)
        key = win.n, win.k
        if key not in self.data:
            self.data[key] = R.RooDataSet.from_numpy({"m": win.m}, [self.m])
        options = [R.RooFit.Extended(True), R.RooFit.EvalBackend("cpu")]
        if self.theta:
            options.append(R.RooFit.ExternalConstraints(self.constraints))
        nll = self.pdf.createNLL(self.data[key], *options)
        mi = R.RooMinimizer(nll)
        mi.setPrintLevel(-1)
        mi.setStrategy(1)
        mi.optimizeConst(2)
        mi.minimize("Minuit2", "migrad")
        mi.hesse()
        return self.ns.getVal(), self.ns.getError()
